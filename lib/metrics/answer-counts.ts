// How many answers left our listener, by status. Shared between the listener's copy of this module and Next's.
const shared = globalThis as typeof globalThis & { latchkeyAnswers?: Map<number, number> }
shared.latchkeyAnswers ??= new Map()
const answers = shared.latchkeyAnswers

/** Counts one; 499 is for a client that left before it. */
export function countAnswer(status: number): void {
  answers.set(status, (answers.get(status) ?? 0) + 1)
}

/** The counts since the start of the process, by status. */
export function answerCounts(): [status: number, count: number][] {
  return [...answers].sort(([a], [b]) => a - b)
}

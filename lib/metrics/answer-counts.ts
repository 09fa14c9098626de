import { processWide } from "../process-wide"

/** How many answers left our listener, by status. */
const answers = processWide("answer counts", () => new Map<number, number>())

/** Counts one; 499 is for a client that left before it. */
export function countAnswer(status: number): void {
  answers.set(status, (answers.get(status) ?? 0) + 1)
}

/** The counts since the start of the process, by status. */
export function answerCounts(): [status: number, count: number][] {
  return [...answers].sort(([a], [b]) => a - b)
}

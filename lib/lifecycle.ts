// Whether this process is going away. Shared between the listener's copy of this module and Next's.
const shared = globalThis as typeof globalThis & {
  latchkeyDraining?: boolean
  latchkeyLastTasks?: Map<string, () => Promise<void>>
}
shared.latchkeyLastTasks ??= new Map()
const lastTasks = shared.latchkeyLastTasks

/** From here on /readyz says 503, so that a balancer stops sending requests before the listener closes. */
export function startDraining(): void {
  shared.latchkeyDraining = true
}

/** Whether startDraining() was called in this process. */
export function isDraining(): boolean {
  return shared.latchkeyDraining ?? false
}

/** Has `task` run when nobody is answered any more, before the process ends: for what is still in memory. One per name. */
export function beforeExit(name: string, task: () => Promise<void>): void {
  lastTasks.set(name, task)
}

/** Runs what beforeExit() was given. A task that fails does not stop the others. */
export async function runLastTasks(): Promise<void> {
  await Promise.allSettled([...lastTasks.values()].map((task) => task()))
}

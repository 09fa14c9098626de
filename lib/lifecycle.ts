import { processWide } from "./process-wide"

// Whether this process is going away, and what it does before.

const lifecycle = processWide("lifecycle", () => ({ draining: false }))
const lastTasks = processWide("last tasks", () => new Map<string, () => Promise<void>>())

/** From here on /readyz says 503, so that a balancer stops sending requests before the listener closes. */
export function startDraining(): void {
  lifecycle.draining = true
}

/** Whether startDraining() was called in this process. */
export function isDraining(): boolean {
  return lifecycle.draining
}

/** Has `task` run when nobody is answered any more, before the process ends: for what is still in memory. One per name. */
export function beforeExit(name: string, task: () => Promise<void>): void {
  lastTasks.set(name, task)
}

/** Runs what beforeExit() was given. A task that fails does not stop the others. */
export async function runLastTasks(): Promise<void> {
  await Promise.allSettled([...lastTasks.values()].map((task) => task()))
}

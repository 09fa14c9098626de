import { after } from "next/server.js"
import { log } from "./log"
import { processWide } from "./process-wide"

/** The listener waits for all of it when it drains. */
const deferred = processWide("deferred tasks", () => new Set<Promise<void>>())

/** Runs `task` beside the response, which does not wait for it. A failure is logged and changes nothing. */
export function defer(task: () => Promise<unknown>): void {
  const run = task()
    .catch((error: unknown) => log.warn({ err: error }, "deferred task failed"))
    .then(() => void deferred.delete(run))
  deferred.add(run)
  try {
    // Where the platform freezes a function after its response, this asks it to wait.
    after(run)
  } catch {
    // Not inside a request of Next's: nobody would freeze us.
  }
}

/** Resolves when everything deferred so far is done: for draining, and for tests. */
export async function deferredTasks(): Promise<void> {
  await Promise.all(deferred)
}

import { defer } from "./defer"
import { isDraining } from "./lifecycle"
import { processWide } from "./process-wide"

const timers = processWide("timers", () => new Map<string, NodeJS.Timeout>())

/**
 * From here on `task` is run at each interval, one round at a time, until the process drains, which waits for the round
 * under way. It takes the place of an earlier task of that name, and keeps no process alive.
 */
export function every(name: string, interval: number, task: () => Promise<void>): void {
  let running = false
  clearInterval(timers.get(name))
  const timer = setInterval(() => {
    if (running || isDraining()) return
    running = true
    defer(() =>
      task().finally(() => {
        running = false
      }),
    )
  }, interval)
  timers.set(name, timer.unref())
}

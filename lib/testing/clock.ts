import { vi } from "vitest"
import { addDuration, seconds } from "../duration"

// The clock of this process alone: the database keeps its own. For a test that ends with vi.useRealTimers().

/** Stops it in the middle of a half minute, so that no code of an authenticator app changes while a test runs. */
export function stopClock(): Date {
  const step = seconds(30)
  const now = new Date(Math.floor(Date.now() / step) * step + step / 2)
  vi.useFakeTimers({ toFake: ["Date"], now })
  return now
}

/** Moves it on, and stops it there. */
export function wait(duration: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), duration) })
}

import { db } from "./db"
import { seconds } from "./duration"

// One clock for every instance, the database's: hosts whose clocks differ must still take each other's tokens, and
// agree on when a refresh token was first used.

/** Hosts that are this close are left alone. */
const AGREES_WITHIN = seconds(1)

// Shared between the copies of this module in Next's bundles.
const shared = globalThis as typeof globalThis & { latchkeyClockOffset?: number }

/** The time by which tokens are dated: the database's, as of the latest look at it. */
export function currentTime(): Date {
  return new Date(Date.now() + (shared.latchkeyClockOffset ?? 0))
}

/** Looks at the database's clock. Throws unavailable; then the latest look still counts. */
export async function synchronizeClock(): Promise<void> {
  const askedAt = Date.now()
  const [row] = await db().$queryRaw<{ time: Date }[]>`SELECT clock_timestamp() AS time`
  const offset = row ? row.time.getTime() - (askedAt + Date.now()) / 2 : 0
  shared.latchkeyClockOffset = Math.abs(offset) < AGREES_WITHIN ? 0 : offset
}

import { db } from "./db"
import { minutes, seconds } from "./duration"
import { log } from "./log"
import { processWide } from "./process-wide"

// One clock for every instance, the database's: hosts whose clocks differ must still take each other's tokens, and
// agree on when a refresh token was first used.

/** How far a clock may be off: that of whoever dated a token, or of who reads one of ours. */
export const CLOCK_TOLERANCE_SECONDS = 60

/** Hosts that are this close are left alone. */
const AGREES_WITHIN = seconds(1)
/** A database that is further off is wrong, and must not make what has expired valid again. */
const BELIEVED_UP_TO = minutes(5)

/** How far the database's clock is ahead of this host's. */
const clock = processWide("clock", () => ({ offset: 0 }))

/** The time by which tokens are dated: the database's, as of the latest look at it. */
export function currentTime(): Date {
  return new Date(Date.now() + clock.offset)
}

/** Looks at the database's clock. Throws unavailable; then the latest look still counts. */
export async function synchronizeClock(): Promise<void> {
  const askedAt = Date.now()
  const [row] = await db().$queryRaw<{ time: Date }[]>`SELECT clock_timestamp() AS time`
  const answeredAt = Date.now()
  // An answer that took long, from a pool that was busy, tells the time of another moment.
  if (!row || answeredAt - askedAt > AGREES_WITHIN) return
  const offset = row.time.getTime() - (askedAt + answeredAt) / 2
  if (Math.abs(offset) > BELIEVED_UP_TO) {
    log.error({ offsetSeconds: Math.round(offset / 1000) }, "the clocks of host and database are far apart")
    return
  }
  clock.offset = Math.abs(offset) < AGREES_WITHIN ? 0 : offset
}

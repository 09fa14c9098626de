import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"

const INSUFFICIENT_PRIVILEGE = "42501"
const PATIENCE_MS = 20_000

/**
 * Drops a database together with its connections. A superuser's cannot be ended by who is none, and a vacuum that
 * Postgres began by itself is a superuser's: those are waited for, up to 20 s.
 */
export async function dropDatabase(/** @type {pg.Client} */ client, /** @type {string} */ name) {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      await client.query(`DROP DATABASE ${pg.escapeIdentifier(name)} WITH (FORCE)`)
      return
    } catch (error) {
      const isWorthWaiting =
        error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE && Date.now() < deadline
      if (!isWorthWaiting) throw error
      await sleep(100)
    }
  }
}

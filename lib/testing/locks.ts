import { expect, vi } from "vitest"
import { db } from "../db"

/** Waits until somebody waits for a row that somebody else has locked. */
export async function untilSomebodyWaits(): Promise<void> {
  await vi.waitFor(
    async () => {
      const [answer] = await db().$queryRaw<{ waiting: number }[]>`
        SELECT count(*)::int AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`
      expect(answer?.waiting).toBeGreaterThan(0)
    },
    { timeout: 4000, interval: 20 },
  )
}

import type { Db } from "../db"
import { AppError } from "../errors"

/**
 * Lets one at a time give, add, change or remove what a person proves themselves by, first of all in the caller's
 * transaction, so that no two wait for each other's rows. Since when the person has a second factor.
 */
export async function lockCredentials(tx: Db, userId: string): Promise<Date | null> {
  const [person] = await tx.$queryRaw<{ since: Date | null }[]>`
    SELECT second_factor_since AS since FROM users WHERE id = ${userId} FOR NO KEY UPDATE`
  return person?.since ?? null
}

/**
 * The same for a change that a sign-in asks for: what it waited for may have ended it, as a new password ends those of
 * a thief. Throws unauthenticated.
 */
export async function lockOwnCredentials(
  tx: Db,
  { user, sessionId }: { user: { id: string }; sessionId: string },
): Promise<Date | null> {
  const since = await lockCredentials(tx, user.id)
  const isOpen = await tx.session.findUnique({
    where: { id: sessionId, endedAt: null },
    select: { id: true },
  })
  if (!isOpen) throw new AppError("unauthenticated", "This session has ended. Sign in again.")
  return since
}

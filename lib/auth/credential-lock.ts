import type { Db } from "../db"

/**
 * Lets one at a time give, add, change or remove what a person proves themselves by, first of all in the caller's
 * transaction, so that no two wait for each other's rows. Since when the person has a second factor.
 */
export async function lockCredentials(tx: Db, userId: string): Promise<Date | null> {
  const [person] = await tx.$queryRaw<{ since: Date | null }[]>`
    SELECT second_factor_since AS since FROM users WHERE id = ${userId} FOR NO KEY UPDATE`
  return person?.since ?? null
}

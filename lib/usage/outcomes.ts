import { Prisma } from "@/prisma/generated/client"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"

/** The outcomes of a key that was let in. One that lacks a scope worked all the same: its holder asked for too much. */
export const acceptedOutcomes: ApiKeyOutcome[] = ["VALID", "INSUFFICIENT_SCOPE"]

/** Whether the key was refused: by its own state or limits, before anything was done. */
export function isRefused(outcome: ApiKeyOutcome): boolean {
  return !acceptedOutcomes.includes(outcome)
}

/** The opposite of isRefused() for a row in SQL. */
export const acceptedSql = Prisma.sql`outcome::text = ANY(${acceptedOutcomes})`

/** For a row in SQL: an error of the client's making, under a key that was let in. To be told to slow down is none. */
export const clientErrorSql = Prisma.sql`(outcome = 'INSUFFICIENT_SCOPE'
  OR (outcome = 'VALID' AND status BETWEEN 400 AND 499 AND status <> 429))`

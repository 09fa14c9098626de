import { z } from "zod"

const EMAIL_LENGTH_MAX = 254
const email = z.email().max(EMAIL_LENGTH_MAX)

/**
 * The one form in which an address is stored and compared: NFKC, lower case. Null for what is not a plain
 * ASCII address, so that two spellings never become two accounts.
 */
export function normalizeEmail(text: unknown): string | null {
  if (typeof text !== "string" || text.length > EMAIL_LENGTH_MAX) return null
  const normalized = text.normalize("NFKC").trim().toLowerCase()
  const foldedAt = text.split("@").length !== 2
  return !foldedAt && email.safeParse(normalized).success ? normalized : null
}

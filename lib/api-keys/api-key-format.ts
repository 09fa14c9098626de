import { generateCheckedToken, isChecked } from "../auth/checked-token"

// sk_<organization id>_<secret>, the secret as lib/auth/checked-token.ts makes it.

/** What every key looks like; published for secret scanners (docs/decisions/003-ids-and-api-keys.md). */
export const apiKeyPattern = /^sk_([0-9A-HJKMNP-TV-Z]{26})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

/** A new key of the organization. The text exists only here and in the answer that hands it out. */
export function generateApiKey(organizationId: string): string {
  return generateCheckedToken(apiKeyPrefix(organizationId))
}

/** The organization a key names, or null for what is not a key. Needs no database and no network. */
export function parseApiKey(text: string): { organizationId: string } | null {
  const organizationId = apiKeyPattern.exec(text)?.[1]
  return organizationId && isChecked(text) ? { organizationId } : null
}

/** The part of a key that may be shown: it says whose key it is and nothing of the secret. */
export function apiKeyPrefix(organizationId: string): string {
  return `sk_${organizationId}_`
}

import { randomBytes } from "node:crypto"
import { crc32 } from "node:zlib"

// sk_<organization id>_<secret>. The secret is 43 base62 characters that carry 256 random bits, then 6 that
// carry the CRC-32 of all before them: a mistyped or invented key is refused without asking anybody, and a
// scanner that finds the shape knows it found a real key. The checksum proves nothing about who may do what.

/** What every key looks like; published for secret scanners (docs/decisions/003-ids-and-api-keys.md). */
export const apiKeyPattern = /^sk_([0-9A-HJKMNP-TV-Z]{26})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** A new key of the organization. The text exists only here and in the answer that hands it out. */
export function generateApiKey(organizationId: string): string {
  const body = `sk_${organizationId}_${encodeBase62(BigInt(`0x${randomBytes(32).toString("hex")}`), 43)}`
  return body + checksum(body)
}

/** The organization a key names, or null for what is not a key. Needs no database and no network. */
export function parseApiKey(text: string): { organizationId: string } | null {
  const match = apiKeyPattern.exec(text)
  if (!match?.[1]) return null
  return text.endsWith(checksum(text.slice(0, -6))) ? { organizationId: match[1] } : null
}

/** The part of a key that may be shown: it says whose key it is and nothing of the secret. */
export function apiKeyPrefix(organizationId: string): string {
  return `sk_${organizationId}_`
}

function checksum(text: string): string {
  return encodeBase62(BigInt(crc32(text)), 6)
}

function encodeBase62(value: bigint, length: number): string {
  let digits = ""
  for (let rest = value; digits.length < length; rest /= 62n)
    digits = ALPHABET.charAt(Number(rest % 62n)) + digits
  return digits
}

import { randomBytes } from "node:crypto"
import { argon2Hash, argon2Verify } from "../argon2"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { encodeBase32 } from "./base32"
import { withoutGaps } from "./typed-code"

// Ten codes on paper, each good once. A code is its position and 80 random bits, which are few enough to be stored
// as Argon2id (ASVS 6.5.1, NIST SP 800-63B-4 section 3.1.2); the position says which of the ten hashes to compare.

const CODES = 10
const RANDOM_BYTES = 10
/** Crockford's base32 in small letters: none of them is read for another. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

/** Puts new codes in the place of all that the person had, inside the caller's transaction. */
export async function replaceRecoveryCodes(tx: Db, userId: string, codes: NewRecoveryCodes): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({
    data: codes.hashes.map((hash, position) => ({ userId, position, hash })),
  })
}

export type NewRecoveryCodes = { codes: string[]; hashes: string[] }

/** Ten codes to show once, and what is stored of them. Takes about a second: call it before a transaction. */
export async function generateRecoveryCodes(): Promise<NewRecoveryCodes> {
  const codes = Array.from(
    { length: CODES },
    (_, position) => `${position}${encodeBase32(randomBytes(RANDOM_BYTES), ALPHABET)}`,
  )
  const hashes = await Promise.all(codes.map((code) => argon2Hash(code)))
  return { codes: codes.map(inGroups), hashes }
}

/** What findRecoveryCode found: a code that is not used yet, for claimRecoveryCode. */
export type FoundRecoveryCode = { position: number; hash: string }

/** The person's unused code that this text is, or null. Costs one hash at most. */
export async function findRecoveryCode(userId: string, text: string): Promise<FoundRecoveryCode | null> {
  const code = normalizeRecoveryCode(text)
  if (!code) return null
  const position = Number(code[0])
  const stored = await db().recoveryCode.findUnique({
    where: { userId_position: { userId, position } },
    select: { hash: true, usedAt: true },
  })
  if (!stored || stored.usedAt || !(await argon2Verify(stored.hash, code))) return null
  return { position, hash: stored.hash }
}

/** Uses a code up, inside the caller's transaction. False for whoever comes second, or after it was replaced. */
export async function claimRecoveryCode(
  tx: Db,
  userId: string,
  { position, hash }: FoundRecoveryCode,
): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({
    where: { userId, position, hash, usedAt: null },
    data: { usedAt: currentTime() },
  })
  return count === 1
}

/** How many codes are left. */
export function countRecoveryCodes(db: Db, userId: string): Promise<number> {
  return db.recoveryCode.count({ where: { userId, usedAt: null } })
}

/** A code as it is stored, from however it was typed; null for what is none. */
export function normalizeRecoveryCode(text: string): string | null {
  const code = withoutGaps(text.toLowerCase()).replace(/[il]/g, "1").replace(/o/g, "0")
  return /^[0-9][0-9a-hjkmnp-tv-z]{16}$/.test(code) ? code : null
}

/** `3k7d-m2…`: easier to copy from paper. */
function inGroups(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5, 9)}-${code.slice(9, 13)}-${code.slice(13)}`
}

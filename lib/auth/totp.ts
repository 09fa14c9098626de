import { createHmac, randomBytes } from "node:crypto"
import { decodeBase32, encodeBase32 } from "./base32"

// Time-based one-time passwords (RFC 6238) as every authenticator app makes them: SHA-1, six digits, half a minute.

const STEP_SECONDS = 30
const DIGITS = 6
const SECRET_BYTES = 20
/** Of RFC 4648 section 6. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** A new shared secret of 160 random bits (RFC 4226 section 4), in base32 as apps take it. */
export function generateTotpSecret(): string {
  return encodeBase32(randomBytes(SECRET_BYTES), ALPHABET)
}

/** The time step that a code is for: the present one, or the one before it for who types slowly. Null for any other code. */
export function matchTotpStep(secret: string, code: string, now: Date): number | null {
  const present = stepAt(now)
  return [present, present - 1].find((step) => totpCode(secret, step) === code) ?? null
}

/** The code of a time step (RFC 4226 section 5.3). */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac("sha1", decodeBase32(secret, ALPHABET)).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0")
}

export function stepAt(time: Date): number {
  return Math.floor(time.getTime() / 1000 / STEP_SECONDS)
}

/** What the QR picture says: the key URI that authenticator apps read. */
export function totpUri(secret: string, { account, issuer }: { account: string; issuer: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const parameters = `secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`
  return `otpauth://totp/${label}?${parameters}`
}

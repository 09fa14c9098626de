import { createHmac, randomBytes } from "node:crypto"

// Time-based one-time passwords (RFC 6238) as every authenticator app makes them: SHA-1, six digits, half a minute.

const STEP_SECONDS = 30
const DIGITS = 6
const SECRET_BYTES = 20

/** A new shared secret of 160 random bits (RFC 4226 section 4), in base32 as apps take it. */
export function generateTotpSecret(): string {
  return base32(randomBytes(SECRET_BYTES))
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
  const digest = createHmac("sha1", fromBase32(secret)).update(counter).digest()
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

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** RFC 4648 section 6 without padding; our lengths need none. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("")
  return (bits.match(/.{5}/g) ?? []).map((group) => BASE32[Number.parseInt(group, 2)]).join("")
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("")
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

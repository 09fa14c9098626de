import { randomBytes } from "node:crypto"
import { crc32 } from "node:zlib"

// The secrets that programs hold: a prefix that says what it is, 43 base62 characters that carry 256 random bits,
// and 6 that carry the CRC-32 of all before them. A mistyped or invented one is refused without asking anybody,
// and a scanner that finds the shape knows it found a real one. The checksum proves nothing about who may do what.

/** The digits of base62, in the order of their values. */
export const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** A new secret that begins with `prefix`. The text exists only here and in the answer that hands it out. */
export function generateCheckedToken(prefix: string): string {
  const body = prefix + encodeBase62(BigInt(`0x${randomBytes(32).toString("hex")}`), 43)
  return body + checksum(body)
}

/** Whether the last six characters fit the rest. Needs no database and no network. */
export function isChecked(token: string): boolean {
  return token.endsWith(checksum(token.slice(0, -6)))
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

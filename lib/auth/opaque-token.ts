import { createHash, randomBytes } from "node:crypto"

/** 256 random bits in base64url: the text of session cookies, states, codes and mailed links. */
export function generateOpaqueToken(): string {
  return randomBytes(32).toString("base64url")
}

/** What is stored of a high-entropy secret. A plain hash is enough: 256 random bits cannot be searched. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest())
}

/** False for what generateOpaqueToken cannot have made, so that it never costs a query. */
export function isOpaqueToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

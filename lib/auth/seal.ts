import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto"
import { env } from "../env"

// Secrets at rest: AES-256-GCM, the text bound to the place where it stands. A sealed text that was moved to
// another row, or changed by one bit, does not open. `seal` uses KEY_ENCRYPTION_KEY and names it, so that a key
// can be replaced while what the one before sealed still opens; `sealFor` uses a secret that only its holder
// has, so that not even who reads the database and knows our keys can open it.

const VERSION = "v1"
const ALGORITHM = "aes-256-gcm"
const IV_BYTES = 12
const TAG_BYTES = 16

/** What does not open: another key sealed it, it stood somewhere else, or it was changed. */
export class SealError extends Error {
  override readonly name = "SealError"
}

/** Seals a text under KEY_ENCRYPTION_KEY for one place, such as `signing_key:<kid>`. */
export function seal(text: string, place: string): string {
  const { key } = keyEncryptionKey(env().KEY_ENCRYPTION_KEY)
  return `${sealPrefix()}${encrypt(key, text, place)}`
}

/** How everything begins that is sealed under KEY_ENCRYPTION_KEY, for a query for what is not. */
export function sealPrefix(): string {
  return `${VERSION}.${keyEncryptionKey(env().KEY_ENCRYPTION_KEY).id}.`
}

/** Opens what `seal` made, also under KEY_ENCRYPTION_KEY_PREVIOUS. Throws SealError. */
export function unseal(sealed: string, place: string): string {
  const [version, id, ciphertext = ""] = sealed.split(".")
  const known = keyEncryptionKeys().find((candidate) => candidate.id === id)
  if (version !== VERSION || !known) throw new SealError("sealed under a key that is not configured")
  return decrypt(known.key, ciphertext, place)
}

/** Whether a sealed text must be sealed again, because its key is on its way out. */
export function isSealedUnderPrevious(sealed: string): boolean {
  return !sealed.startsWith(sealPrefix())
}

/** Seals a text so that only who presents `secret`, of at least 256 random bits, can open it (RFC 5869). */
export function sealFor(secret: string, text: string, place: string): string {
  return encrypt(derivedKey(secret), text, place)
}

/** Opens what `sealFor` made. Throws SealError. */
export function unsealFor(secret: string, sealed: string, place: string): string {
  return decrypt(derivedKey(secret), sealed, place)
}

function derivedKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "latchkey seal", 32))
}

function keyEncryptionKeys() {
  const { KEY_ENCRYPTION_KEY, KEY_ENCRYPTION_KEY_PREVIOUS } = env()
  const previous = KEY_ENCRYPTION_KEY_PREVIOUS ? [keyEncryptionKey(KEY_ENCRYPTION_KEY_PREVIOUS)] : []
  return [keyEncryptionKey(KEY_ENCRYPTION_KEY), ...previous]
}

/** The key and its name, which says nothing of it. */
function keyEncryptionKey(base64: string): { key: Buffer; id: string } {
  const key = Buffer.from(base64, "base64")
  return { key, id: createHash("sha256").update("latchkey key id").update(key).digest("hex").slice(0, 8) }
}

function encrypt(key: Buffer, text: string, place: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(place))
  const parts = [iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(parts).toString("base64url")
}

function decrypt(key: Buffer, sealed: string, place: string): string {
  const bytes = Buffer.from(sealed, "base64url")
  const [iv, tag] = [bytes.subarray(0, IV_BYTES), bytes.subarray(-TAG_BYTES)]
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(place)).setAuthTag(tag)
    return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8")
  } catch (cause) {
    throw new SealError("does not open", { cause })
  }
}

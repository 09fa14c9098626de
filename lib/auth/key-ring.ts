import { type CryptoKey, importJWK, type JWK } from "jose"
import { databaseFault } from "../database-errors"
import { hours, seconds } from "../duration"
import { EnvError } from "../env"
import { AppError, isAppError } from "../errors"
import { log } from "../log"
import { SealError } from "./seal"
import { listSigningKeys, maintainSigningKeys, openPrivateJwk, type SigningKeyRow } from "./signing-keys"

// This instance's copy of the signing keys. It is read again when it is a few seconds old, so that a key that
// was withdrawn elsewhere is soon refused here, and goes on to verify while the database is away. Each copy of this
// module may read its own: the listener's opens the keys once, so that a wrong one stops the start, and no more.

const FRESH_FOR = seconds(3)
/** How long we trust what we know while the database does not answer. */
const TRUSTED_FOR = hours(1)
/** A token with an unknown key id may be from a key that is newer than our copy; it may not cost a query each. */
const UNKNOWN_KEY_COOLDOWN = seconds(1)
const RETRY_AFTER_FAILURE = seconds(1)

type Signer = { kid: string; key: CryptoKey }

type KeyRing = {
  /** Null when the current private key does not open here. */
  signer: Signer | null
  verifiers: ReadonlyMap<string, CryptoKey>
  publicJwks: JWK[]
  readAt: number
}

let ring: KeyRing | undefined
let reading: Promise<KeyRing> | undefined
let opening: Promise<KeyRing> | undefined
let failedAt = Number.NEGATIVE_INFINITY
/** Keys are imported once: what was opened stays open when another instance seals it under a newer key. */
const opened = new Map<string, CryptoKey>()

/** Makes the first keys and opens them. Throws EnvError when KEY_ENCRYPTION_KEY is not theirs, or unavailable. */
export async function openKeyRing(): Promise<void> {
  opening ??= prepareKeyRing().finally(() => {
    opening = undefined
  })
  await opening
}

/** The same at a start, which a database that is away does not stop: the first request that finds it opens them. */
export async function openKeyRingAtStart(): Promise<void> {
  await openKeyRing().catch((error: unknown) => {
    if (databaseFault(error)?.code !== "unavailable") throw error
    log.warn({ err: error }, "the signing keys cannot be read yet")
  })
}

/** Whether this instance can sign and verify now, asking the database only when its copy is old. */
export async function isKeyRingReady(): Promise<boolean> {
  return currentRing().then(
    ({ signer }) => signer !== null,
    () => false,
  )
}

async function prepareKeyRing(): Promise<KeyRing> {
  try {
    await maintainSigningKeys()
  } catch (error) {
    if (error instanceof SealError) throw new EnvError([wrongKey])
    throw error
  }
  return readKeyRing()
}

const wrongKey =
  "KEY_ENCRYPTION_KEY: does not open the signing keys in this database. Set the key that sealed them; beside a new one it goes into KEY_ENCRYPTION_KEY_PREVIOUS."

/** The key that signs now. Throws unavailable when it cannot be had. */
export async function requireSigner(): Promise<Signer> {
  const { signer } = await currentRing()
  if (!signer) throw new AppError("unavailable", "Tokens cannot be signed at the moment.")
  return signer
}

/**
 * The public key with this id, or null. Throws unavailable when the database has been away for an hour, and at
 * once for an id that we do not know, of which only the database could say that it is nobody's.
 */
export async function getVerifier(kid: string): Promise<CryptoKey | null> {
  const known = await currentRing()
  const isNew = known.verifiers.has(kid) || ageOf(known.readAt) < UNKNOWN_KEY_COOLDOWN
  const newest = isNew ? known : await refreshed(known)
  const verifier = newest.verifiers.get(kid)
  if (verifier) return verifier
  // It may be a key of which the others know already.
  if (ageOf(newest.readAt) >= FRESH_FOR) throw unreadable()
  return null
}

/** The public keys, as RFC 7517 wants them. Throws unavailable. */
export async function listPublicJwks(): Promise<JWK[]> {
  return (await currentRing()).publicJwks
}

async function currentRing(): Promise<KeyRing> {
  // At a start without a database nothing could be opened; the first request that finds one does it.
  if (!ring && ageOf(failedAt) < RETRY_AFTER_FAILURE) throw unreadable()
  if (!ring) await openKeyRing().catch(asUnavailable)
  if (!ring) throw unreadable()
  return ageOf(ring.readAt) < FRESH_FOR ? ring : refreshed(ring)
}

/** A wrong key stops a start; a process that already serves says that it cannot. */
function asUnavailable(error: unknown): never {
  failedAt = Date.now()
  if (!(error instanceof EnvError)) throw error
  throw new AppError("unavailable", "The signing keys cannot be opened at the moment.", { cause: error })
}

/** A newer copy, or this one while the database is away and it is not too old. */
async function refreshed(known: KeyRing): Promise<KeyRing> {
  const trusted = ageOf(known.readAt) < TRUSTED_FOR
  if (trusted && ageOf(failedAt) < RETRY_AFTER_FAILURE) return known
  try {
    return await readKeyRing()
  } catch (error) {
    failedAt = Date.now()
    if (trusted && isAppError(error) && error.code === "unavailable") return known
    throw error
  }
}

function unreadable(): AppError {
  return new AppError("unavailable", "The signing keys cannot be read at the moment.")
}

/** A clock that is set back must not make a copy stay fresh until it has caught up. */
function ageOf(time: number): number {
  return Math.abs(Date.now() - time)
}

/** One query serves all who ask at once. */
function readKeyRing(): Promise<KeyRing> {
  reading ??= loadKeyRing().finally(() => {
    reading = undefined
  })
  return reading
}

async function loadKeyRing(): Promise<KeyRing> {
  // Before the query: what is read may be as old as this.
  const readAt = Date.now()
  const rows = await listSigningKeys()
  const current = rows.find(({ state }) => state === "current")
  const verifiers = new Map<string, CryptoKey>()
  for (const row of rows) {
    verifiers.set(row.kid, await importOnce(`public:${row.kid}`, () => publicJwkOf(row)))
  }
  const signer = current ? await openSigner(current) : null
  forgetAllBut(rows)
  ring = { signer, verifiers, publicJwks: rows.map(publicJwkOf), readAt }
  return ring
}

async function openSigner(row: SigningKeyRow): Promise<Signer | null> {
  try {
    return { kid: row.kid, key: await importOnce(`private:${row.kid}`, () => openPrivateJwk(row)) }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    log.error({ err: error, kid: row.kid }, "the current signing key does not open with KEY_ENCRYPTION_KEY")
    return null
  }
}

async function importOnce(name: string, readJwk: () => JWK): Promise<CryptoKey> {
  const known = opened.get(name)
  if (known) return known
  const jwk = readJwk()
  const key = (await importJWK(jwk, jwk.alg)) as CryptoKey
  opened.set(name, key)
  return key
}

/** A key that is retired has no business in memory. */
function forgetAllBut(rows: SigningKeyRow[]): void {
  const kids = rows.map(({ kid }) => kid)
  for (const name of opened.keys()) if (!kids.some((kid) => name.endsWith(`:${kid}`))) opened.delete(name)
}

function publicJwkOf({ publicJwk }: SigningKeyRow): JWK {
  return publicJwk as JWK
}

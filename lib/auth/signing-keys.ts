import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose"
import type { Prisma, SigningKeyState } from "@/prisma/generated/client"
import { recordAudit, systemActor } from "../audit/audit-log"
import { CLOCK_TOLERANCE_SECONDS, currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, days, hours, minutes, seconds } from "../duration"
import { env } from "../env"
import { isSealedUnderPrevious, seal, unseal } from "./seal"

// The life of the keys that sign access tokens: next → current → retiring → retired. There is always a `next`
// key, published and unused, so that every verifier has it in its cache before it signs; and a key that has
// signed stays published until its last token has expired. Private keys are sealed at rest and erased when they
// no longer sign. Every change is made under one lock, so any number of instances can start, rotate and revoke
// at once and exactly one key is current.

/** The only algorithm we sign with and accept (docs/decisions/007-access-tokens.md). */
export const SIGNING_ALGORITHM = "ES256"

/** How long a verifier may keep our key set. */
export const JWKS_MAX_AGE_SECONDS = 600

const PUBLISHED_BEFORE_USE = seconds(JWKS_MAX_AGE_SECONDS) + minutes(1)
const ROTATED_EVERY = days(90)
const RETIRED_AFTER_MORE = minutes(5)

/** Any number, as long as it is the same everywhere and nobody else locks it. */
const LOCK = 4_919_001

const signingKey = {
  id: true,
  kid: true,
  algorithm: true,
  publicJwk: true,
  sealedPrivateJwk: true,
  state: true,
  stateSince: true,
} satisfies Prisma.SigningKeySelect

export type SigningKeyRow = Prisma.SigningKeyGetPayload<{ select: typeof signingKey }>

/** The keys that sign, will sign or have signed tokens that may still be in use, oldest first. */
export function listSigningKeys(tx: Db = db()): Promise<SigningKeyRow[]> {
  return tx.signingKey.findMany({
    where: { state: { not: "retired" } },
    orderBy: { id: "asc" },
    select: signingKey,
  })
}

/** The private half of a key that signs or will. Throws SealError under a wrong KEY_ENCRYPTION_KEY. */
export function openPrivateJwk({ kid, algorithm, sealedPrivateJwk }: SigningKeyRow): JWK {
  return JSON.parse(unseal(sealedPrivateJwk ?? "", placeOf(kid, algorithm)))
}

/**
 * Makes what is missing, rotates a key that has signed for 90 days, retires what nobody needs any more and
 * seals again what a previous key sealed. Safe at any time and on any number of instances. Throws SealError,
 * having changed nothing, when a private key does not open.
 */
export function maintainSigningKeys(now = currentTime()): Promise<void> {
  return locked(async (tx) => {
    const keys = await listSigningKeys(tx)
    for (const key of keys) await sealAgain(tx, key)
    for (const key of keys) if (isSpent(key, now)) await moveTo("retired", tx, key, now)
    const [current, next] = [inState(keys, "current"), inState(keys, "next")]
    if (!current) await (next ? moveTo("current", tx, next, now) : createKey("current", tx, now))
    else if (next && now >= rotationDue(current) && now >= usableFrom(next)) await succeed(tx, keys, now)
    await ensureNext(tx, now)
  })
}

export type Rotation =
  | { status: "rotated"; kid: string; previousKid: string }
  /** Some verifier may not have the next key in its cache before then. */
  | { status: "too_early"; usableFrom: Date }

/** Lets the next key sign from now on, unless it was published too recently. Old tokens stay valid. */
export async function rotateSigningKey(options: { evenTooEarly?: boolean } = {}): Promise<Rotation> {
  const now = currentTime()
  await maintainSigningKeys(now)
  return locked(async (tx) => {
    const keys = await listSigningKeys(tx)
    const [current, next] = [requireState(keys, "current"), requireState(keys, "next")]
    if (now < usableFrom(next) && !options.evenTooEarly) {
      return { status: "too_early", usableFrom: usableFrom(next) }
    }
    await succeed(tx, keys, now)
    await ensureNext(tx, now)
    return { status: "rotated", kid: next.kid, previousKid: current.kid }
  })
}

/**
 * Withdraws a key at once, with every token it signed; the next key takes over where it was the current one.
 * False for a key that does not exist or is retired. Throws SealError when a key that stays does not open: what
 * would be made here could then be opened nowhere else.
 */
export async function revokeSigningKey(kid: string): Promise<boolean> {
  const now = currentTime()
  return locked(async (tx) => {
    const keys = await listSigningKeys(tx)
    const revoked = keys.find((key) => key.kid === kid)
    if (!revoked) return false
    for (const key of keys) if (key !== revoked) await sealAgain(tx, key)
    await moveTo("retired", tx, revoked, now)
    const next = inState(keys, "next")
    if (revoked.state === "current" && next) await moveTo("current", tx, next, now)
    await ensureNext(tx, now)
    return true
  })
}

/** Withdraws every key at once, with every access token there is, and makes new ones: also when none can be opened. */
export async function revokeAllSigningKeys(): Promise<void> {
  const now = currentTime()
  await locked(async (tx) => {
    for (const key of await listSigningKeys(tx)) await moveTo("retired", tx, key, now)
    await createKey("current", tx, now)
    await createKey("next", tx, now)
  })
}

function locked<T>(work: (tx: Db) => Promise<T>): Promise<T> {
  return db().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`
    return work(tx)
  })
}

/** The next key becomes the current one, and the current one retires. */
async function succeed(tx: Db, keys: SigningKeyRow[], now: Date): Promise<void> {
  // In this order: the database allows one current key.
  await moveTo("retiring", tx, requireState(keys, "current"), now)
  await moveTo("current", tx, requireState(keys, "next"), now)
}

async function ensureNext(tx: Db, now: Date): Promise<void> {
  if (!inState(await listSigningKeys(tx), "next")) await createKey("next", tx, now)
}

async function createKey(state: "current" | "next", tx: Db, now: Date): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  // On a command line it would be an option.
  if (kid.startsWith("-")) return createKey(state, tx, now)
  const privateJwk = JSON.stringify({ ...(await exportJWK(privateKey)), alg: SIGNING_ALGORITHM })
  await tx.signingKey.create({
    data: {
      kid,
      algorithm: SIGNING_ALGORITHM,
      publicJwk: { ...publicJwk, kid, alg: SIGNING_ALGORITHM, use: "sig" },
      sealedPrivateJwk: seal(privateJwk, placeOf(kid, SIGNING_ALGORITHM)),
      state,
      stateSince: now,
    },
    select: { id: true },
  })
  await recordKeyAudit(tx, "signing_key.created", kid, { state })
}

async function moveTo(state: SigningKeyState, tx: Db, key: SigningKeyRow, now: Date): Promise<void> {
  const { id, kid, state: from } = key
  const erased = state === "current" ? {} : { sealedPrivateJwk: null }
  await tx.signingKey.update({
    where: { id },
    data: { state, stateSince: now, ...erased },
    select: { id: true },
  })
  await recordKeyAudit(tx, "signing_key.state_changed", kid, { from, to: state })
}

async function sealAgain(tx: Db, key: SigningKeyRow): Promise<void> {
  if (key.sealedPrivateJwk === null) return
  const place = placeOf(key.kid, key.algorithm)
  // Opened even when nothing is to be done: a wrong key must be noticed here, before anything is built on it.
  const privateJwk = unseal(key.sealedPrivateJwk, place)
  if (!isSealedUnderPrevious(key.sealedPrivateJwk)) return
  const sealedPrivateJwk = seal(privateJwk, place)
  await tx.signingKey.update({ where: { id: key.id }, data: { sealedPrivateJwk }, select: { id: true } })
}

function recordKeyAudit(
  tx: Db,
  action: "signing_key.created" | "signing_key.state_changed",
  kid: string,
  details: Prisma.InputJsonObject,
) {
  return recordAudit(tx, null, { action, organizationId: null, actor: systemActor, targetId: kid, details })
}

function placeOf(kid: string, algorithm: string): string {
  return `signing_key:${kid}:${algorithm}`
}

function inState(keys: SigningKeyRow[], state: SigningKeyState): SigningKeyRow | undefined {
  return keys.find((key) => key.state === state)
}

function requireState(keys: SigningKeyRow[], state: SigningKeyState): SigningKeyRow {
  const key = inState(keys, state)
  if (!key) throw new Error(`there is no ${state} signing key`)
  return key
}

function rotationDue(current: SigningKeyRow): Date {
  return addDuration(current.stateSince, ROTATED_EVERY)
}

function usableFrom(next: SigningKeyRow): Date {
  return addDuration(next.stateSince, PUBLISHED_BEFORE_USE)
}

/** Whether every token a retiring key has signed has expired, by anybody's clock. */
function isSpent({ state, stateSince }: SigningKeyRow, now: Date): boolean {
  // The lifetime may have been shortened since it signed; nowhere in production is it longer than an hour.
  const tokenLifetime = Math.max(seconds(env().ACCESS_TOKEN_TTL_SECONDS), hours(1))
  const kept = tokenLifetime + seconds(CLOCK_TOLERANCE_SECONDS) + RETIRED_AFTER_MORE
  return state === "retiring" && now >= addDuration(stateSince, kept)
}

import type { Caller, UserCaller } from "../auth/caller"
import { hashToken } from "../auth/opaque-token"
import { requirePermission } from "../auth/permissions"
import { isScope } from "../auth/scopes"
import { requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { AppError } from "../errors"
import { findEarlierRequest, type Idempotency, rememberRequest } from "../idempotency"
import { generateApiKey } from "./api-key-format"
import { type ApiKeyView, lockApiKey, readApiKey } from "./api-key-view"
import type { FreshApiKey, NewApiKey } from "./api-keys"
import type { RotateApiKeyInput } from "./api-keys.schema"
import { recordKeyEvent } from "./record-key-event"

// A rotation gives a key a new secret. The key stays the same: its id, name, scopes, limits and history. For a while,
// the overlap, the secret before works too, so that programs can be given the new one without an interruption.

/** How many secrets of one key can be in their overlap at once. */
const OVERLAPS_MAX = 5

/**
 * Gives a key a new secret, which is in this result once; the one before works for `overlapSeconds` more. Throws
 * forbidden, also for a key that may do more than the caller, not_found, conflict for one that is revoked or has
 * expired, or as findEarlierRequest does.
 */
export async function rotateApiKey(caller: Caller, input: RotateApiKeyInput): Promise<FreshApiKey>
export async function rotateApiKey(
  caller: Caller,
  input: RotateApiKeyInput,
  idempotency: Idempotency | null,
): Promise<NewApiKey>
export async function rotateApiKey(
  caller: Caller,
  input: RotateApiKeyInput,
  idempotency: Idempotency | null = null,
): Promise<NewApiKey> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  return db().$transaction(async (tx) => {
    const earlier = await findEarlierRequest(tx, caller, idempotency)
    if (earlier) {
      const which = { id: earlier, organizationId: caller.organization.id }
      return { key: await readApiKey(tx, which, currentTime()), secret: null }
    }
    await rememberRequest(tx, caller, idempotency, input.id)
    return rotateWithin(tx, caller, input)
  })
}

/** The same inside a transaction of the caller's own, for an act that changes more. */
export async function rotateWithin(
  tx: Db,
  caller: UserCaller,
  { id, overlapSeconds }: RotateApiKeyInput,
): Promise<FreshApiKey> {
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  const key = await lockApiKey(tx, which, now)
  // Whoever rotates a key holds it afterwards: a program that was given little must not come by more in this way.
  for (const scope of key.scopes.filter(isScope)) requirePermission(caller, scope)
  if (key.status === "revoked" || key.status === "expired")
    throw new AppError("conflict", `This key is ${key.status}, so it cannot be rotated. Create a new one.`)
  if (overlapSeconds > 0 && key.previousSecrets.length >= OVERLAPS_MAX)
    throw new AppError(
      "conflict",
      "Too many earlier secrets of this key still work. End their overlap first.",
    )
  const secret = generateApiKey(which.organizationId)
  const endsAt = addDuration(now, seconds(overlapSeconds))
  const { hash } = await tx.apiKey.findUniqueOrThrow({ where: which, select: { hash: true } })
  await tx.previousApiKeySecret.create({
    data: { apiKeyId: id, hash, lastFour: key.lastFour, endsAt },
    select: { id: true },
  })
  // Whoever asks for no overlap has a reason, and means every secret there was.
  if (overlapSeconds === 0) await endPreviousSecrets(tx, id, now)
  await tx.apiKey.update({
    where: which,
    data: { hash: hashToken(secret), lastFour: secret.slice(-4) },
    select: { id: true },
  })
  const rotated = await readApiKey(tx, which, now)
  await recordKeyEvent(tx, caller, rotated, "rotated", { overlapSeconds })
  return { key: rotated, secret }
}

/** Ends at once what earlier secrets still may. Throws forbidden, not_found, or conflict when none does. */
export async function endOverlap(caller: Caller, { id }: { id: string }): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  return db().$transaction(async (tx) => {
    await lockApiKey(tx, which, now)
    if ((await endPreviousSecrets(tx, id, now)) === 0)
      throw new AppError("conflict", "No earlier secret of this key works any more.")
    const key = await readApiKey(tx, which, now)
    await recordKeyEvent(tx, caller, key, "overlap_ended")
    return key
  })
}

async function endPreviousSecrets(tx: Db, apiKeyId: string, now: Date): Promise<number> {
  const { count } = await tx.previousApiKeySecret.updateMany({
    where: { apiKeyId, endsAt: { gt: now } },
    data: { endsAt: now },
  })
  return count
}

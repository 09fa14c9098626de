import type { Caller, UserCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { AppError } from "../errors"
import { type ApiKeyView, lockApiKey, readApiKey } from "./api-key-view"
import { requireRoomForKey } from "./api-keys"
import type { RevokeApiKeyInput } from "./api-keys.schema"
import { recordKeyEvent } from "./record-key-event"

/**
 * Ends a key and every secret it had; calls already under way finish. Can be undone for an hour, unless it was
 * `leaked`. Revoking a revoked key changes nothing but that it becomes leaked. Throws forbidden or not_found.
 */
export async function revokeApiKey(caller: Caller, input: RevokeApiKeyInput): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  return db().$transaction((tx) => revokeWithin(tx, caller, input))
}

/** The same inside a transaction of the caller's own, for an act that changes more. */
export async function revokeWithin(
  tx: Db,
  caller: UserCaller,
  { id, reason, leaked = false }: RevokeApiKeyInput,
): Promise<ApiKeyView> {
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  const key = await lockApiKey(tx, which, now)
  if (key.revokedAt && (key.leaked || !leaked)) return key
  const data = key.revokedAt
    ? { leaked }
    : { revokedAt: now, revokedReason: reason ?? (leaked ? "Leaked" : null), leaked }
  await tx.apiKey.update({ where: which, data, select: { id: true } })
  const revoked = await readApiKey(tx, which, now)
  await recordKeyEvent(tx, caller, revoked, "revoked", { reason: revoked.revokedReason, leaked })
  return revoked
}

/**
 * Undoes a revocation of the last hour: the key is as it was before. Throws forbidden, not_found, limit_reached, or
 * conflict where nothing can be undone any more.
 */
export async function restoreApiKey(caller: Caller, { id }: { id: string }): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  return db().$transaction(async (tx) => {
    const key = await lockApiKey(tx, which, now)
    if (!key.revokedAt) throw new AppError("conflict", "This key is not revoked.")
    if (!key.restorableUntil) throw new AppError("conflict", whyNotRestorable(key))
    if (!key.expiresAt || key.expiresAt > now) await requireRoomForKey(tx, which.organizationId, now)
    await tx.apiKey.update({
      where: which,
      data: { revokedAt: null, revokedReason: null },
      select: { id: true },
    })
    const restored = await readApiKey(tx, which, now)
    await recordKeyEvent(tx, caller, restored, "restored")
    return restored
  })
}

function whyNotRestorable({ leaked }: ApiKeyView): string {
  return leaked
    ? "This key was in strangers' hands, so its revocation cannot be undone. Create a new one."
    : "A revocation can be undone for an hour, which is over. Create a new key."
}

import type { Caller, UserCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { AppError } from "../errors"
import { type ApiKeyView, lockApiKey, readApiKey } from "./api-key-view"
import type { SuspendApiKeyInput } from "./api-keys.schema"
import { recordKeyEvent } from "./record-key-event"

/** Stops a key until it is resumed; suspending a suspended key changes nothing. Throws forbidden, not_found, or conflict for a revoked key. */
export async function suspendApiKey(caller: Caller, input: SuspendApiKeyInput): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  return db().$transaction((tx) => suspendWithin(tx, caller, input))
}

/** The same inside a transaction of the caller's own, for an act that changes more. */
export async function suspendWithin(
  tx: Db,
  caller: UserCaller,
  { id, reason }: SuspendApiKeyInput,
): Promise<ApiKeyView> {
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  const key = await lockApiKey(tx, which, now)
  if (key.revokedAt) throw new AppError("conflict", "This key is revoked already.")
  if (key.suspendedAt) return key
  await tx.apiKey.update({
    where: which,
    data: { suspendedAt: now, suspendedReason: reason ?? null },
    select: { id: true },
  })
  const suspended = await readApiKey(tx, which, now)
  await recordKeyEvent(tx, caller, suspended, "suspended", { reason: reason ?? null })
  return suspended
}

/** Lets a suspended key work again; one that is not suspended stays as it is. Throws forbidden, not_found, or conflict for a revoked key. */
export async function resumeApiKey(caller: Caller, { id }: { id: string }): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  return db().$transaction((tx) => resumeWithin(tx, caller, { id }))
}

/** The same inside a transaction of the caller's own, for an act that changes more. */
export async function resumeWithin(tx: Db, caller: UserCaller, { id }: { id: string }): Promise<ApiKeyView> {
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  const key = await lockApiKey(tx, which, now)
  if (key.revokedAt) throw new AppError("conflict", "This key is revoked, so it cannot be resumed.")
  if (!key.suspendedAt) return key
  await tx.apiKey.update({
    where: which,
    data: { suspendedAt: null, suspendedReason: null },
    select: { id: true },
  })
  const resumed = await readApiKey(tx, which, now)
  await recordKeyEvent(tx, caller, resumed, "resumed")
  return resumed
}

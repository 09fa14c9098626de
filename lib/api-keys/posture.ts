import type { Prisma } from "@/prisma/generated/client"
import type { Caller, UserCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { isScope, type Scope } from "../auth/scopes"
import { requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, days } from "../duration"
import { env } from "../env"
import { AppError, isAppError } from "../errors"
import { revokeWithin } from "./api-key-revocation"
import { whereStatus } from "./api-key-status"
import { lockApiKey } from "./api-key-view"
import { updateWithin } from "./api-keys"
import type { ApplyPostureInput, PostureChange } from "./posture.schema"

// What could be safer about the keys of an organization. Only keys that work count: of the others nothing can come.

/** Nobody needs a key that nobody has used for so long. */
const UNUSED_AFTER = days(90)
/** What a younger key will need nobody knows yet. */
const NARROWED_AFTER = days(30)
const EXPIRES_IN = days(90)

export type PostureKey = {
  id: string
  name: string
  lastFour: string
  lastUsedAt: Date | null
  createdAt: Date
}
export type Posture = {
  neverExpires: PostureKey[]
  /** It has the default limit, which is meant for all. */
  withoutLimit: PostureKey[]
  unused: PostureKey[]
  broaderThanUsed: (PostureKey & { unusedScopes: string[] })[]
}

const postureKey = {
  id: true,
  name: true,
  lastFour: true,
  lastUsedAt: true,
  createdAt: true,
  expiresAt: true,
  rateLimitPerMinute: true,
  scopes: true,
} satisfies Prisma.ApiKeySelect

/** Where the organization's active keys could be held tighter. Throws forbidden. */
export async function getPosture(caller: Caller): Promise<Posture> {
  requirePermission(caller, "api_keys:read")
  const now = currentTime()
  const keys = await db().apiKey.findMany({
    where: whereStatus(caller.organization.id, "active", now),
    orderBy: { id: "desc" },
    select: postureKey,
  })
  const used = await scopesInUse(
    db(),
    keys.map(({ id }) => id),
    now,
  )
  const shown = keys.map(({ id, name, lastFour, lastUsedAt, createdAt, ...key }) => ({
    ...{ view: { id, name, lastFour, lastUsedAt, createdAt }, ...key },
    unusedScopes: key.scopes.filter((scope) => !used.get(id)?.has(scope)),
  }))
  const unusedSince = addDuration(now, -UNUSED_AFTER)
  const narrowedBefore = addDuration(now, -NARROWED_AFTER)
  return {
    neverExpires: shown.filter(({ expiresAt }) => !expiresAt).map(({ view }) => view),
    withoutLimit: shown
      .filter(({ rateLimitPerMinute }) => rateLimitPerMinute === null)
      .map(({ view }) => view),
    unused: shown
      .filter(({ view }) => (view.lastUsedAt ?? view.createdAt) <= unusedSince)
      .map(({ view }) => view),
    broaderThanUsed: shown
      .filter(
        ({ view, unusedScopes }) =>
          unusedScopes.length > 0 && view.lastUsedAt && view.createdAt <= narrowedBefore,
      )
      .map(({ view, unusedScopes }) => ({ ...view, unusedScopes })),
  }
}

/**
 * Holds several keys tighter, all of them or none. Throws forbidden, not_found, or conflict naming the key that
 * cannot be changed so.
 */
export async function applyPosture(caller: Caller, { ids, change }: ApplyPostureInput): Promise<number> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  await db().$transaction(async (tx) => {
    // In one order, so that two who choose the same keys do not wait for each other.
    for (const id of [...ids].sort())
      await changes[change](tx, caller, id).catch((error: unknown) => naming(tx, error, id))
  })
  return ids.length
}

const changes: Record<PostureChange, (tx: Db, caller: UserCaller, id: string) => Promise<unknown>> = {
  expire_in_90_days: (tx, caller, id) =>
    updateWithin(tx, caller, { id, expiresAt: addDuration(currentTime(), EXPIRES_IN) }),
  limit_to_default: (tx, caller, id) =>
    updateWithin(tx, caller, { id, rateLimitPerMinute: env().RATE_LIMIT_DEFAULT_PER_MINUTE }),
  async narrow_to_used(tx, caller, id) {
    const now = currentTime()
    const key = await lockApiKey(tx, { id, organizationId: caller.organization.id }, now)
    if (!key.lastUsedAt) throw new AppError("conflict", "It was never used, so nobody knows what it needs.")
    const used = (await scopesInUse(tx, [id], now)).get(id)
    const scopes = key.scopes.filter((scope): scope is Scope => isScope(scope) && used?.has(scope) === true)
    await updateWithin(tx, caller, { id, scopes })
  },
  revoke: (tx, caller, id) => revokeWithin(tx, caller, { id, reason: "Not needed any more" }),
}

async function naming(tx: Db, error: unknown, id: string): Promise<never> {
  if (!isAppError(error) || error.code !== "conflict") throw error
  const { name } = await tx.apiKey.findUniqueOrThrow({ where: { id }, select: { name: true } })
  throw new AppError("conflict", `Nothing was changed. “${name}”: ${error.message}`, { cause: error })
}

/** The scopes that each key needed of late, as far as the log remembers. */
async function scopesInUse(tx: Db, ids: string[], now: Date): Promise<Map<string, Set<string>>> {
  const sightings = await tx.apiKeySighting.findMany({
    where: { apiKeyId: { in: ids }, kind: "scope", lastSeenAt: { gt: addDuration(now, -UNUSED_AFTER) } },
    select: { apiKeyId: true, value: true },
  })
  const used = new Map<string, Set<string>>()
  for (const { apiKeyId, value } of sightings)
    used.set(apiKeyId, (used.get(apiKeyId) ?? new Set()).add(value))
  return used
}

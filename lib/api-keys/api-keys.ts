import type { Prisma } from "@/prisma/generated/client"
import type { Caller, UserCaller } from "../auth/caller"
import { hashToken } from "../auth/opaque-token"
import { can, requirePermission } from "../auth/permissions"
import { defaultScopes, type Scope } from "../auth/scopes"
import { requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { AppError } from "../errors"
import { findEarlierRequest, type Idempotency, rememberRequest } from "../idempotency"
import { type Page, pageQuery, toPage } from "../page"
import { generateApiKey } from "./api-key-format"
import { whereStatus } from "./api-key-status"
import { type ApiKeyView, apiKeySelection, apiKeyView, lockApiKey, readApiKey } from "./api-key-view"
import type { CreateApiKeyInput, ListApiKeysInput, UpdateApiKeyInput } from "./api-keys.schema"
import { recordKeyEvent } from "./record-key-event"

/** How many keys that are neither revoked nor expired an organization can have. */
export const API_KEYS_MAX = 50

/** A key with its new secret, which is told this once. */
export type FreshApiKey = { key: ApiKeyView; secret: string }

/** The same, or null for the secret where this very request was answered before. */
export type NewApiKey = FreshApiKey | { key: ApiKeyView; secret: null }

const orders = {
  newest: [{ id: "desc" }],
  oldest: [{ id: "asc" }],
  name: [{ name: "asc" }, { id: "asc" }],
  last_used: [{ lastUsedAt: { sort: "desc", nulls: "last" } }, { id: "desc" }],
} satisfies Record<string, Prisma.ApiKeyOrderByWithRelationInput[]>

/** The organization's keys, revoked and expired ones too, newest first unless asked otherwise. Throws forbidden. */
export async function listApiKeys(
  caller: Caller,
  input: Partial<ListApiKeysInput> = {},
): Promise<Page<ApiKeyView>> {
  requirePermission(caller, "api_keys:read")
  const { limit, take } = pageQuery(input)
  const { cursor, status, q, sort = "newest" } = input
  const now = currentTime()
  const organizationId = caller.organization.id
  const keys = await db().apiKey.findMany({
    where: {
      AND: [
        status ? whereStatus(organizationId, status, now) : { organizationId },
        q
          ? { OR: [{ name: { contains: q, mode: "insensitive" } }, { lastFour: lastFourOf(q) }, { id: q }] }
          : {},
        cursor ? await whereAfter({ cursor, organizationId }, sort) : {},
      ],
    },
    orderBy: orders[sort],
    take,
    select: apiKeySelection(organizationId, now),
  })
  return toPage(keys, limit, (key) => apiKeyView(key, organizationId, now))
}

/**
 * What comes after a key in an order. Plain comparisons, because Prisma's own cursor reads the key once more for each
 * row it passes.
 */
async function whereAfter(
  { cursor, organizationId }: { cursor: string; organizationId: string },
  sort: keyof typeof orders,
): Promise<Prisma.ApiKeyWhereInput> {
  if (sort === "newest") return { id: { lt: cursor } }
  if (sort === "oldest") return { id: { gt: cursor } }
  const key = await db().apiKey.findUnique({
    where: { id: cursor, organizationId },
    select: { name: true, lastUsedAt: true },
  })
  if (!key) return { id: { in: [] } }
  const { name, lastUsedAt } = key
  if (sort === "name") return { OR: [{ name: { gt: name } }, { name, id: { gt: cursor } }] }
  if (!lastUsedAt) return { lastUsedAt, id: { lt: cursor } }
  return {
    OR: [{ lastUsedAt: { lt: lastUsedAt } }, { lastUsedAt: null }, { lastUsedAt, id: { lt: cursor } }],
  }
}

/** Of four characters, of a key as it is shown, or of a whole one. */
function lastFourOf(text: string): string {
  return text.startsWith("sk_") ? text.slice(-4) : text
}

/** One key of the organization. Throws forbidden or not_found. */
export async function requireApiKey(caller: Caller, { id }: { id: string }): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:read")
  return readApiKey(db(), { id, organizationId: caller.organization.id }, currentTime())
}

/** How many keys of the organization work now. Throws forbidden. */
export async function countActiveApiKeys(caller: Caller): Promise<number> {
  requirePermission(caller, "api_keys:read")
  return db().apiKey.count({ where: whereStatus(caller.organization.id, "active", currentTime()) })
}

/** How far a new organization has come: whether it ever had a key, and whether one was ever used. Throws forbidden. */
export async function getFirstSteps(caller: Caller): Promise<{ hasKey: boolean; hasCalled: boolean }> {
  requirePermission(caller, "api_keys:read")
  const key = await db().apiKey.findFirst({
    where: { organizationId: caller.organization.id },
    orderBy: { lastUsedAt: { sort: "desc", nulls: "last" } },
    select: { lastUsedAt: true },
  })
  return { hasKey: key !== null, hasCalled: key?.lastUsedAt != null }
}

/**
 * Creates a key in the caller's organization, which may do nothing that the caller may not. `secret` is in this
 * result once and is stored nowhere. Throws forbidden, also for a scope beyond the caller's own, limit_reached, or
 * as findEarlierRequest does.
 */
export async function createApiKey(caller: Caller, input: CreateApiKeyInput): Promise<FreshApiKey>
export async function createApiKey(
  caller: Caller,
  input: CreateApiKeyInput,
  idempotency: Idempotency | null,
): Promise<NewApiKey>
export async function createApiKey(
  caller: Caller,
  input: CreateApiKeyInput,
  idempotency: Idempotency | null = null,
): Promise<NewApiKey> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  const scopes = scopesWithin(caller, input.scopes)
  const { user, organization } = caller
  const secret = generateApiKey(organization.id)
  const now = currentTime()
  return db().$transaction(async (tx) => {
    const earlier = await findEarlierRequest(tx, caller, idempotency)
    if (earlier)
      return {
        key: await readApiKey(tx, { id: earlier, organizationId: organization.id }, now),
        secret: null,
      }
    await requireRoomForKey(tx, organization.id, now)
    const created = await tx.apiKey.create({
      data: {
        organizationId: organization.id,
        createdById: user.id,
        name: input.name,
        hash: hashToken(secret),
        lastFour: secret.slice(-4),
        scopes,
        rateLimitPerMinute: input.rateLimitPerMinute ?? null,
        allowedCidrs: input.allowedCidrs ?? [],
        expiresAt: input.expiresAt ?? null,
      },
      select: apiKeySelection(organization.id, now),
    })
    const key = apiKeyView(created, organization.id, now)
    await rememberRequest(tx, caller, idempotency, key.id)
    await recordKeyEvent(tx, caller, key, "created", { scopes })
    return { key, secret }
  })
}

/**
 * Changes what a key may do, from its next call on. Throws forbidden, also for a scope beyond the caller's own,
 * not_found, limit_reached for an expired key that would work again as one too many, or conflict for a revoked one.
 */
export async function updateApiKey(caller: Caller, input: UpdateApiKeyInput): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  requireStepUp(caller)
  return db().$transaction((tx) => updateWithin(tx, caller, input))
}

/** The same inside a transaction of the caller's own, for an act that changes more. */
export async function updateWithin(
  tx: Db,
  caller: UserCaller,
  { id, ...changes }: UpdateApiKeyInput,
): Promise<ApiKeyView> {
  const now = currentTime()
  const which = { id, organizationId: caller.organization.id }
  const key = await lockApiKey(tx, which, now)
  if (key.revokedAt) throw new AppError("conflict", "This key is revoked, so it cannot be changed.")
  const added = changes.scopes?.filter((scope) => !key.scopes.includes(scope)) ?? []
  for (const scope of added) requirePermission(caller, scope)
  const revives =
    key.status === "expired" && changes.expiresAt !== undefined && !isOver(changes.expiresAt, now)
  if (revives) await requireRoomForKey(tx, which.organizationId, now)
  const changed = changesTo(key, changes)
  if (Object.keys(changed).length === 0) return key
  await tx.apiKey.update({ where: which, data: changed, select: { id: true } })
  const updated = await readApiKey(tx, which, now)
  await recordKeyEvent(tx, caller, updated, "updated", { changed: Object.keys(changed).sort() })
  return updated
}

type Changes = Omit<UpdateApiKeyInput, "id">

/** Those of the changes that differ from what is. */
function changesTo(key: ApiKeyView, changes: Changes): Changes {
  const text = (value: unknown) => JSON.stringify(value)
  return Object.fromEntries(
    Object.entries(changes).filter(
      ([name, value]) => value !== undefined && text(value) !== text(key[name as keyof ApiKeyView]),
    ),
  )
}

function isOver(expiresAt: Date | null, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now
}

/** A program that was given little cannot make itself a key that may do more. */
function scopesWithin(caller: Caller, asked: Scope[] | undefined): Scope[] {
  if (!asked) return defaultScopes.filter((scope) => can(caller, scope))
  for (const scope of asked) requirePermission(caller, scope)
  return asked
}

/** Throws limit_reached. Whoever asks holds the organization's row until the transaction ends, so two count one after the other. */
export async function requireRoomForKey(tx: Db, organizationId: string, now: Date): Promise<void> {
  await tx.$queryRaw`SELECT id FROM organizations WHERE id = ${organizationId} FOR NO KEY UPDATE`
  const count = await tx.apiKey.count({
    where: { organizationId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
  })
  if (count < API_KEYS_MAX) return
  throw new AppError(
    "limit_reached",
    `The organization has ${API_KEYS_MAX} keys, which is the most. Revoke one that nobody needs.`,
  )
}

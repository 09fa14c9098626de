import type { Prisma } from "@/prisma/generated/client"
import { recordCallerAudit } from "../audit/audit-log"
import type { Caller } from "../auth/caller"
import { hashToken } from "../auth/opaque-token"
import { can, requirePermission } from "../auth/permissions"
import { defaultScopes, type Scope } from "../auth/scopes"
import { db } from "../db"
import { notFound } from "../errors"
import { type Page, type PageInput, pageQuery, toPage } from "../page"
import { apiKeyPrefix, generateApiKey } from "./api-key-format"
import { type ApiKeyStatus, apiKeyStatus, whereActive } from "./api-key-status"
import type { CreateApiKeyInput, RevokeApiKeyInput } from "./api-keys.schema"

function apiKeySelection(organizationId: string) {
  return {
    id: true,
    name: true,
    lastFour: true,
    scopes: true,
    createdAt: true,
    createdBy: {
      select: {
        id: true,
        name: true,
        disabledAt: true,
        memberships: { where: { organizationId }, select: { role: true } },
      },
    },
    expiresAt: true,
    lastUsedAt: true,
    lastUsedIp: true,
    revokedAt: true,
    revokedReason: true,
  } satisfies Prisma.ApiKeySelect
}

type SelectedApiKey = Prisma.ApiKeyGetPayload<{ select: ReturnType<typeof apiKeySelection> }>

/** A key as people may see it: everything but its secret. */
export type ApiKeyView = Omit<SelectedApiKey, "createdBy"> & {
  prefix: string
  status: ApiKeyStatus
  createdBy: { id: string; name: string | null }
}

function apiKeyView(key: SelectedApiKey, organizationId: string, now: Date): ApiKeyView {
  const { id, name } = key.createdBy
  const status = apiKeyStatus(key, now)
  return { ...key, prefix: apiKeyPrefix(organizationId), status, createdBy: { id, name } }
}

/** The organization's keys, newest first, revoked and expired ones too. Throws forbidden. */
export async function listApiKeys(caller: Caller, input: PageInput = {}): Promise<Page<ApiKeyView>> {
  requirePermission(caller, "api_keys:read")
  const { limit, take, before } = pageQuery(input)
  const now = new Date()
  const organizationId = caller.organization.id
  const keys = await db().apiKey.findMany({
    where: { organizationId, ...before },
    orderBy: { id: "desc" },
    take,
    select: apiKeySelection(organizationId),
  })
  return toPage(keys, limit, (key) => apiKeyView(key, organizationId, now))
}

/** One key of the organization. Throws forbidden or not_found. */
export async function requireApiKey(caller: Caller, { id }: { id: string }): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:read")
  const organizationId = caller.organization.id
  const key = await db().apiKey.findUnique({
    where: { id, organizationId },
    select: apiKeySelection(organizationId),
  })
  if (!key) throw notFound()
  return apiKeyView(key, organizationId, new Date())
}

/** How many keys of the organization work now. Throws forbidden. */
export async function countActiveApiKeys(caller: Caller): Promise<number> {
  requirePermission(caller, "api_keys:read")
  return db().apiKey.count({ where: whereActive(caller.organization.id, new Date()) })
}

/**
 * Creates a key in the caller's organization, which may do nothing that the caller may not. `secret` is in this
 * result once and is stored nowhere. Throws forbidden, also for a scope beyond the caller's own.
 */
export async function createApiKey(
  caller: Caller,
  input: CreateApiKeyInput,
): Promise<{ key: ApiKeyView; secret: string }> {
  requirePermission(caller, "api_keys:write")
  const scopes = scopesWithin(caller, input.scopes)
  const { user, organization } = caller
  const secret = generateApiKey(organization.id)
  const key = await db().$transaction(async (tx) => {
    const created = await tx.apiKey.create({
      data: {
        organizationId: organization.id,
        createdById: user.id,
        name: input.name,
        hash: hashToken(secret),
        lastFour: secret.slice(-4),
        scopes,
        expiresAt: input.expiresAt ?? null,
      },
      select: apiKeySelection(organization.id),
    })
    await recordCallerAudit(tx, caller, {
      action: "api_key.created",
      targetId: created.id,
      details: { name: created.name, scopes },
    })
    return created
  })
  return { key: apiKeyView(key, organization.id, new Date()), secret }
}

/** A program that was given little cannot make itself a key that may do more. */
function scopesWithin(caller: Caller, asked: Scope[] | undefined): Scope[] {
  if (!asked) return defaultScopes.filter((scope) => can(caller, scope))
  for (const scope of asked) requirePermission(caller, scope)
  return asked
}

/**
 * Ends a key for good; calls already under way finish. Revoking a revoked key returns it unchanged.
 * Throws forbidden, or not_found for a key of another organization.
 */
export async function revokeApiKey(caller: Caller, { id, reason }: RevokeApiKeyInput): Promise<ApiKeyView> {
  requirePermission(caller, "api_keys:write")
  const { organization } = caller
  const now = new Date()
  return db().$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: { id, organizationId: organization.id, revokedAt: null },
      data: { revokedAt: now, revokedReason: reason ?? null },
    })
    const key = await tx.apiKey.findUnique({
      where: { id, organizationId: organization.id },
      select: apiKeySelection(organization.id),
    })
    if (!key) throw notFound()
    if (count === 1) {
      const details = { name: key.name, ...(reason ? { reason } : {}) }
      await recordCallerAudit(tx, caller, { action: "api_key.revoked", targetId: id, details })
    }
    return apiKeyView(key, organization.id, now)
  })
}

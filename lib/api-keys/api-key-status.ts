import type { Prisma } from "@/prisma/generated/client"
import type { Role } from "@/prisma/generated/enums"
import type { apiKeyStatuses } from "./api-keys.schema"

/** `suspended`: by an admin or the watchman, or because who made it or the organization may do nothing any more. */
export type ApiKeyStatus = (typeof apiKeyStatuses)[number]

/** What decides whether a key works. */
export type ApiKeyStanding = {
  revokedAt: Date | null
  expiresAt: Date | null
  suspendedAt: Date | null
  /** The present role of the person who made it; null when they are disabled or have left, or their organization is disabled. */
  role: Role | null
}

/** The one answer to "does this key work now?", for those who look at it and for those who check it. */
export function apiKeyStatus(
  { revokedAt, expiresAt, suspendedAt, role }: ApiKeyStanding,
  now: Date,
): ApiKeyStatus {
  if (revokedAt) return "revoked"
  if (expiresAt && expiresAt <= now) return "expired"
  return suspendedAt || !role ? "suspended" : "active"
}

/** The keys of an organization with that status: the same question to the database. */
export function whereStatus(organizationId: string, status: ApiKeyStatus, now: Date) {
  const unexpired = { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] }
  const backed = {
    suspendedAt: null,
    createdBy: { disabledAt: null, memberships: { some: { organizationId } } },
    organization: { disabledAt: null },
  }
  const clauses = {
    revoked: { revokedAt: { not: null } },
    expired: { revokedAt: null, expiresAt: { lte: now } },
    active: { revokedAt: null, ...unexpired, ...backed },
    suspended: { revokedAt: null, ...unexpired, NOT: backed },
  } satisfies Record<ApiKeyStatus, Prisma.ApiKeyWhereInput>
  return { organizationId, ...clauses[status] } satisfies Prisma.ApiKeyWhereInput
}

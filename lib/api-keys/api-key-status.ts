import type { Prisma } from "@/prisma/generated/client"

/** `suspended`: the person who made it is disabled or has left, so the key may do nothing. */
export type ApiKeyStatus = "active" | "expired" | "revoked" | "suspended"

/** What decides whether a key works; memberships are those of its creator in its organization. */
export type ApiKeyStanding = {
  revokedAt: Date | null
  expiresAt: Date | null
  createdBy: { disabledAt: Date | null; memberships: object[] }
}

/** The one answer to "does this key work now?", for those who look at it and for those who check it. */
export function apiKeyStatus({ revokedAt, expiresAt, createdBy }: ApiKeyStanding, now: Date): ApiKeyStatus {
  if (revokedAt) return "revoked"
  if (expiresAt && expiresAt <= now) return "expired"
  return createdBy.disabledAt || createdBy.memberships.length === 0 ? "suspended" : "active"
}

/** The same question to the database. */
export function whereActive(organizationId: string, now: Date) {
  return {
    organizationId,
    revokedAt: null,
    OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    createdBy: { disabledAt: null, memberships: { some: { organizationId } } },
  } satisfies Prisma.ApiKeyWhereInput
}

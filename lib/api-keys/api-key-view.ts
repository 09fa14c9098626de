import type { Prisma } from "@/prisma/generated/client"
import type { Db } from "../db"
import { addDuration, hours } from "../duration"
import { notFound } from "../errors"
import { apiKeyPrefix } from "./api-key-format"
import { type ApiKeyStatus, apiKeyStatus } from "./api-key-status"

/** How long a revocation can be undone. */
const RESTORABLE = hours(1)

export function apiKeySelection(organizationId: string, now: Date) {
  return {
    id: true,
    name: true,
    lastFour: true,
    scopes: true,
    rateLimitPerMinute: true,
    allowedCidrs: true,
    createdAt: true,
    createdBy: {
      select: {
        id: true,
        name: true,
        disabledAt: true,
        memberships: { where: { organizationId }, select: { role: true } },
      },
    },
    organization: { select: { disabledAt: true } },
    expiresAt: true,
    lastUsedAt: true,
    lastUsedIp: true,
    suspendedAt: true,
    suspendedReason: true,
    revokedAt: true,
    revokedReason: true,
    leaked: true,
    previousSecrets: {
      where: { endsAt: { gt: now } },
      orderBy: { id: "desc" },
      select: { id: true, lastFour: true, endsAt: true, lastUsedAt: true },
    },
    // Few, one for each rule. Prisma's _count would count those of every organization first.
    findings: { where: { answeredAt: null }, select: { id: true } },
  } satisfies Prisma.ApiKeySelect
}

type SelectedApiKey = Prisma.ApiKeyGetPayload<{ select: ReturnType<typeof apiKeySelection> }>

/** A key as people may see it: everything but its secret. */
export type ApiKeyView = Omit<
  SelectedApiKey,
  "createdBy" | "organization" | "previousSecrets" | "findings"
> & {
  prefix: string
  status: ApiKeyStatus
  createdBy: { id: string; name: string | null }
  /** Until when a revocation can be undone; null where it cannot. */
  restorableUntil: Date | null
  /** The secrets that a rotation replaced and that still work. */
  previousSecrets: { lastFour: string; endsAt: Date; lastUsedAt: Date | null }[]
  openFindings: number
}

/** The view of what apiKeySelection() read. */
export function apiKeyView(selected: SelectedApiKey, organizationId: string, now: Date): ApiKeyView {
  const { createdBy, organization, previousSecrets, findings, ...key } = selected
  const backed = !createdBy.disabledAt && !organization.disabledAt
  const role = backed ? (createdBy.memberships[0]?.role ?? null) : null
  const { revokedAt, leaked } = key
  const restorableUntil = revokedAt && !leaked ? addDuration(revokedAt, RESTORABLE) : null
  return {
    ...key,
    prefix: apiKeyPrefix(organizationId),
    status: apiKeyStatus({ ...key, role }, now),
    createdBy: { id: createdBy.id, name: createdBy.name },
    restorableUntil: restorableUntil && restorableUntil > now ? restorableUntil : null,
    previousSecrets: revokedAt
      ? []
      : previousSecrets.map(({ lastFour, endsAt, lastUsedAt }) => ({ lastFour, endsAt, lastUsedAt })),
    openFindings: findings.length,
  }
}

/** A key as it is now. Throws not_found, also for a key of another organization. */
export async function readApiKey(
  db: Db,
  { id, organizationId }: { id: string; organizationId: string },
  now: Date,
): Promise<ApiKeyView> {
  const key = await db.apiKey.findUnique({
    where: { id, organizationId },
    select: apiKeySelection(organizationId, now),
  })
  if (!key) throw notFound()
  return apiKeyView(key, organizationId, now)
}

/** The same, and nobody else can change the key until this transaction ends. */
export async function lockApiKey(
  tx: Db,
  which: { id: string; organizationId: string },
  now: Date,
): Promise<ApiKeyView> {
  await tx.$queryRaw`
    SELECT id FROM api_keys WHERE id = ${which.id} AND organization_id = ${which.organizationId} FOR NO KEY UPDATE`
  return readApiKey(tx, which, now)
}

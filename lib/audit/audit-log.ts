import type { ActorType, Prisma } from "@/prisma/generated/client"
import type { Caller, PendingCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { stepUpDetails } from "../auth/step-up"
import { type Db, db } from "../db"
import type { RequestSource } from "../http/request-context"
import { type Page, type PageInput, pageQuery, toPage } from "../page"

/** Everything that is recorded. A name, once written, is never changed: people search for it years later. */
type AuditAction =
  | "user.created"
  | "user.email_changed"
  | "session.created"
  | "session.ended"
  | "session.stepped_up"
  | "sign_in.refused"
  | "second_factor.added"
  | "second_factor.removed"
  | "second_factor.renamed"
  | "second_factor.refused"
  | "second_factor.disabled"
  | "recovery_codes.created"
  | "recovery_code.used"
  | "password.set"
  | "password.reset"
  | "password.removed"
  | "password.refused"
  | "account.linked"
  | "account.unlinked"
  | "factor_reset.requested"
  | "factor_reset.cancelled"
  | "factor_reset.completed"
  | "authorization_code.refused"
  | "authorization_code.reused"
  | "refresh_token.reused"
  | "reuse_alarm.acknowledged"
  | "token.revocation_refused"
  | "signing_key.created"
  | "signing_key.state_changed"
  | "access.denied"
  | "organization.renamed"
  | "organization.watchman_changed"
  | "organization.second_factor_policy_changed"
  | "api_key.created"
  | "api_key.updated"
  | "api_key.rotated"
  | "api_key.overlap_ended"
  | "api_key.suspended"
  | "api_key.resumed"
  | "api_key.revoked"
  | "api_key.restored"
  | "api_key.finding_opened"
  | "api_key.finding_answered"

export type AuditEvent = {
  action: AuditAction
  organizationId: string | null
  actor: { type: ActorType; id: string | null }
  targetId?: string
  details?: Prisma.InputJsonObject
}

/** Who acts where no person and no key does: a job, a command, or whoever holds what is not theirs. */
export const systemActor: AuditEvent["actor"] = { type: "system", id: null }

/**
 * Writes the row inside the caller's transaction, so that neither the act nor its record exists without the other.
 * `source` is null for what no request asked for: a command or a job.
 */
export function recordAudit(db: Db, source: RequestSource | null, event: AuditEvent): Promise<void> {
  return recordAudits(db, source, [event])
}

/** The same for several events of one act, in one statement however many they are. */
export async function recordAudits(
  db: Db,
  source: RequestSource | null,
  events: readonly AuditEvent[],
): Promise<void> {
  await db.auditEvent.createMany({
    data: events.map(({ action, organizationId, actor, targetId, details }) => ({
      action,
      organizationId,
      actorType: actor.type,
      actorId: actor.id,
      targetId: targetId ?? null,
      details: details ?? {},
      requestId: source?.requestId ?? null,
      ipAddress: source?.clientAddress ?? null,
      userAgent: source?.userAgent ?? null,
    })),
  })
}

/** The same for what a caller does in their own organization. */
export function recordCallerAudit(
  db: Db,
  caller: Caller | PendingCaller,
  event: Pick<AuditEvent, "action" | "targetId" | "details">,
): Promise<void> {
  const isKey = caller.type === "api_key"
  return recordAudit(db, caller.source, {
    ...event,
    details: { ...event.details, ...(isKey ? {} : stepUpDetails(caller)) },
    organizationId: caller.organization.id,
    actor: isKey ? { type: "api_key", id: caller.keyId } : { type: "user", id: caller.user.id },
  })
}

const auditEventView = {
  id: true,
  createdAt: true,
  actorType: true,
  actorId: true,
  action: true,
  targetId: true,
  ipAddress: true,
  requestId: true,
  details: true,
} satisfies Prisma.AuditEventSelect

export type AuditEventView = {
  id: string
  createdAt: Date
  actor: { type: ActorType; id: string | null; name: string | null }
  action: string
  targetId: string | null
  ipAddress: string | null
  requestId: string | null
  details: Record<string, unknown>
}

/** The organization's events, newest first. Throws forbidden. */
export async function listAuditEvents(caller: Caller, input: PageInput = {}): Promise<Page<AuditEventView>> {
  requirePermission(caller, "audit_log:read")
  const { limit, take, before } = pageQuery(input)
  const rows = await db().auditEvent.findMany({
    where: { organizationId: caller.organization.id, ...before },
    orderBy: { id: "desc" },
    take,
    select: auditEventView,
  })
  const names = await actorNames(rows, caller.organization.id)
  return toPage(rows, limit, ({ actorType, actorId, details, ...row }) => ({
    ...row,
    actor: { type: actorType, id: actorId, name: actorId ? (names.get(actorId) ?? null) : null },
    details: details as Record<string, unknown>,
  }))
}

/** Names of the people and keys that acted, in two queries however many rows there are. */
async function actorNames(rows: { actorType: ActorType; actorId: string | null }[], organizationId: string) {
  const ids = (type: ActorType) =>
    rows.flatMap((row) => (row.actorType === type && row.actorId ? [row.actorId] : []))
  const [users, keys] = await Promise.all([
    db().user.findMany({ where: { id: { in: ids("user") } }, select: { id: true, name: true, email: true } }),
    db().apiKey.findMany({
      where: { id: { in: ids("api_key") }, organizationId },
      select: { id: true, name: true },
    }),
  ])
  return new Map([
    ...users.map(({ id, name, email }) => [id, name ?? email] as const),
    ...keys.map(({ id, name }) => [id, name] as const),
  ])
}

import type { Prisma, Role } from "@/prisma/generated/client"
import { recordAudits } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, days } from "../duration"
import { AppError, notFound } from "../errors"
import { deviceName, programDeviceName } from "../network/device-name"
import { type Page, type PageInput, pageQuery, toPage } from "../page"
import type { UserCaller } from "./caller"
import { clientName } from "./clients"
import { can, requirePermission } from "./permissions"
import { cancelUnfinishedLogins } from "./program-sessions"
import { type SessionEnd, sessionEnd, sessionTimes, whereLive } from "./session-end"
import { endSessions } from "./sessions"
import { requireStepUp, stepUpDetails } from "./step-up"

// What people see of their sign-ins, and how they end them.

const sessionSelection = {
  ...sessionTimes,
  id: true,
  ipAddress: true,
  userAgent: true,
  createdAt: true,
} satisfies Prisma.SessionSelect

type SelectedSession = Prisma.SessionGetPayload<{ select: typeof sessionSelection }>

/** A sign-in as its person may see it. */
export type SessionView = {
  id: string
  /** The program that holds it, or null for a browser. */
  client: { id: string; name: string } | null
  status: "active" | "ended"
  /** Whether it is the one that asks. */
  current: boolean
  /** "Firefox on Windows", by what it says of itself. */
  device: string
  ipAddress: string | null
  userAgent: string | null
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
  endedAt: Date | null
  endReason: SessionEnd["reason"] | null
}

function sessionView(session: SelectedSession, caller: UserCaller, now: Date): SessionView {
  const { id, clientId, ipAddress, userAgent, createdAt, lastSeenAt, expiresAt } = session
  const end = sessionEnd(session, now)
  return {
    id,
    client: clientId ? { id: clientId, name: clientName(clientId) } : null,
    status: end ? "ended" : "active",
    current: id === caller.sessionId,
    device: clientId ? programDeviceName(userAgent) : deviceName(userAgent),
    ipAddress,
    userAgent,
    createdAt,
    lastSeenAt,
    expiresAt,
    endedAt: end?.endedAt ?? null,
    endReason: end?.reason ?? null,
  }
}

/** The person's own sign-ins, newest first, ended ones too. Throws forbidden. */
export async function listSessions(caller: UserCaller, input: PageInput = {}): Promise<Page<SessionView>> {
  requirePermission(caller, "sessions:read")
  const { limit, take, before } = pageQuery(input)
  const now = currentTime()
  const sessions = await db().session.findMany({
    where: { userId: caller.user.id, ...before },
    orderBy: { id: "desc" },
    take,
    select: sessionSelection,
  })
  return toPage(sessions, limit, (session) => sessionView(session, caller, now))
}

/** The person's own live sign-ins, most recently used first. Throws forbidden. */
export async function listLiveSessions(caller: UserCaller): Promise<SessionView[]> {
  requirePermission(caller, "sessions:read")
  const now = currentTime()
  const sessions = await db().session.findMany({
    where: { userId: caller.user.id, ...whereLive(now) },
    orderBy: { lastSeenAt: "desc" },
    take: 100,
    select: sessionSelection,
  })
  return sessions.map((session) => sessionView(session, caller, now))
}

const NOT_LIVE_TAKE = 50

/** The person's sign-ins that ended lately, however they did, newest end first. Throws forbidden. */
export async function listEndedSessions(caller: UserCaller): Promise<SessionView[]> {
  requirePermission(caller, "sessions:read")
  const now = currentTime()
  const sessions = await db().session.findMany({
    where: { userId: caller.user.id, NOT: whereLive(now) },
    // Those that expired have no recorded end; when they were last seen is the nearest to it.
    orderBy: { lastSeenAt: "desc" },
    take: NOT_LIVE_TAKE,
    select: sessionSelection,
  })
  return sessions
    .map((session) => sessionView(session, caller, now))
    .sort((a, b) => Number(b.endedAt) - Number(a.endedAt))
}

/** Ends one of the person's own sign-ins; an ended one stays as it is. Throws forbidden, or not_found for any other. */
export async function revokeSession(caller: UserCaller, { id }: { id: string }): Promise<SessionView> {
  requirePermission(caller, "sessions:write")
  requireStepUp(caller)
  const own = { id, userId: caller.user.id }
  return db().$transaction(async (tx) => {
    await endSessions(tx, caller.source, own, { reason: "revoked", details: stepUpDetails(caller) })
    const session = await tx.session.findUnique({ where: own, select: sessionSelection })
    if (!session) throw notFound()
    return sessionView(session, caller, currentTime())
  })
}

/** Ends every sign-in of the person but the one that asks, and returns how many. Throws forbidden. */
export async function revokeOtherSessions(caller: UserCaller): Promise<number> {
  requirePermission(caller, "sessions:write")
  requireStepUp(caller)
  const others = { userId: caller.user.id, id: { not: caller.sessionId } }
  return db().$transaction(async (tx) => {
    await cancelUnfinishedLogins(tx, { userId: caller.user.id })
    return endSessions(tx, caller.source, others, { reason: "revoked", details: stepUpDetails(caller) })
  })
}

/**
 * Ends every sign-in of a member to the caller's organization, as an admin does when a laptop is lost, and
 * returns how many. An owner's are ended by owners alone, and nobody's own: those one ends with revokeSession and
 * revokeOtherSessions. Throws forbidden, or not_found for somebody who is no member.
 */
export async function revokeMemberSessions(
  caller: UserCaller,
  { userId }: { userId: string },
): Promise<number> {
  requirePermission(caller, "members:write")
  requireStepUp(caller)
  const organizationId = caller.organization.id
  const actor = { type: "user", id: caller.user.id } as const
  return db().$transaction(async (tx) => {
    const { role } = await requireMember(tx, { organizationId, userId })
    if (!canRevokeSessionsOf(caller, { id: userId, role }))
      throw new AppError("forbidden", "Only an owner can sign out an owner, and nobody themselves this way.")
    await cancelUnfinishedLogins(tx, { userId, organizationId })
    const ending = { reason: "admin", actor, details: stepUpDetails(caller) } as const
    return endSessions(tx, caller.source, { userId, organizationId }, ending)
  })
}

/** Whether revokeMemberSessions would end this member's sign-ins. For drawing a page. */
export function canRevokeSessionsOf(caller: UserCaller, member: { id: string; role: Role }): boolean {
  const isOwnersAffair = member.role === "owner" && caller.role !== "owner"
  return can(caller, "members:write") && member.id !== caller.user.id && !isOwnersAffair
}

async function requireMember(
  tx: Db,
  key: { organizationId: string; userId: string },
): Promise<{ role: Role }> {
  const member = await tx.membership.findUnique({
    where: { organizationId_userId: key },
    select: { role: true },
  })
  if (!member) throw notFound()
  return member
}

const ALARMS_SHOWN_FOR = days(30)

/** The person's sign-ins that ended because a token of theirs was used twice, until they say that they know. */
export async function listReuseAlarms(caller: UserCaller): Promise<SessionView[]> {
  requirePermission(caller, "sessions:read")
  const now = currentTime()
  const sessions = await db().session.findMany({
    where: {
      userId: caller.user.id,
      endReason: "reuse_detected",
      endedAt: { gt: addDuration(now, -ALARMS_SHOWN_FOR) },
      acknowledgedAt: null,
    },
    orderBy: { endedAt: "desc" },
    take: NOT_LIVE_TAKE,
    select: sessionSelection,
  })
  return sessions.map((session) => sessionView(session, caller, now))
}

/** Takes the person's word that they have read the alarms up to the newest one they were shown. Throws forbidden. */
export async function acknowledgeReuseAlarms(caller: UserCaller, { until }: { until: Date }): Promise<void> {
  requirePermission(caller, "sessions:write")
  const { user, source } = caller
  await db().$transaction(async (tx) => {
    const seen = await tx.session.updateManyAndReturn({
      where: {
        userId: user.id,
        endReason: "reuse_detected",
        endedAt: { lte: until },
        acknowledgedAt: null,
      },
      data: { acknowledgedAt: currentTime() },
      select: { id: true, organizationId: true },
    })
    const event = { action: "reuse_alarm.acknowledged", actor: { type: "user", id: user.id } } as const
    await recordAudits(
      tx,
      source,
      seen.map(({ id, organizationId }) => ({ ...event, organizationId, targetId: id })),
    )
  })
}

import type { Prisma, SessionEndReason } from "@/prisma/generated/client"
import { recordAudit } from "../audit/audit-log"
import { type Db, db } from "../db"
import { defer } from "../defer"
import { addDuration, minutes, seconds } from "../duration"
import { env } from "../env"
import { notFound } from "../errors"
import type { RequestSource } from "../http/request-context"
import type { UserCaller } from "./caller"
import { hashToken, isOpaqueToken } from "./opaque-token"

// Browser sessions. The cookie holds 256 random bits, the database their SHA-256. A session ends at its
// absolute limit whatever is done with it, and earlier when it lies idle; ended rows stay, with the reason.

const SEEN_EVERY = minutes(1)

const sessionSubject = {
  id: true,
  organizationId: true,
  lastSeenAt: true,
  expiresAt: true,
  endedAt: true,
  user: {
    select: {
      id: true,
      name: true,
      email: true,
      image: true,
      disabledAt: true,
      memberships: { select: { role: true, organization: { select: { id: true, name: true } } } },
    },
  },
} satisfies Prisma.SessionSelect

export type LiveSession = Prisma.SessionGetPayload<{ select: typeof sessionSubject }>

/** The live session of a cookie's token with its person and their memberships, or null. Unavailable throws. */
export async function getSession(token: string, now: Date): Promise<LiveSession | null> {
  if (!isOpaqueToken(token)) return null
  const session = await db().session.findUnique({
    where: { tokenHash: hashToken(token) },
    select: sessionSubject,
  })
  if (!session || session.endedAt || session.user.disabledAt) return null
  if (now >= session.expiresAt || now >= idleLimit(session.lastSeenAt)) return null
  if (now >= addDuration(session.lastSeenAt, SEEN_EVERY)) defer(() => markSeen(session.id, now))
  return session
}

function idleLimit(lastSeenAt: Date): Date {
  return addDuration(lastSeenAt, seconds(env().SESSION_IDLE_SECONDS))
}

async function markSeen(id: string, now: Date): Promise<void> {
  await db().session.updateMany({
    where: { id, endedAt: null, lastSeenAt: { lt: now } },
    data: { lastSeenAt: now },
  })
}

type NewSession = { token: string; userId: string; organizationId: string; amr: string[]; now: Date }

/** Opens a session inside the caller's transaction and returns when it ends at the latest. */
export async function createSession(
  db: Db,
  source: RequestSource,
  session: NewSession,
): Promise<{ expiresAt: Date }> {
  const { token, userId, organizationId, amr, now } = session
  const created = await db.session.create({
    data: {
      tokenHash: hashToken(token),
      userId,
      organizationId,
      amr,
      authTime: now,
      lastSeenAt: now,
      expiresAt: addDuration(now, seconds(env().SESSION_MAX_SECONDS)),
      ipAddress: source.clientAddress,
      userAgent: source.userAgent,
    },
    select: { id: true, expiresAt: true },
  })
  await recordAudit(db, source, {
    action: "session.created",
    organizationId,
    actor: { type: "user", id: userId },
    targetId: created.id,
    details: { amr },
  })
  return { expiresAt: created.expiresAt }
}

/** Ends the session of a cookie's token. Ending what has ended, or never was, changes and records nothing. */
export async function endSession(
  source: RequestSource,
  token: string,
  reason: SessionEndReason,
): Promise<void> {
  await db().$transaction((tx) => endSessionByToken(tx, source, { token, reason, now: new Date() }))
}

/** The same inside the caller's transaction. */
export async function endSessionByToken(
  db: Db,
  source: RequestSource,
  { token, reason, now }: { token: string; reason: SessionEndReason; now: Date },
): Promise<void> {
  if (!isOpaqueToken(token)) return
  const [session] = await db.session.updateManyAndReturn({
    where: { tokenHash: hashToken(token), endedAt: null },
    data: { endedAt: now, endReason: reason },
    select: { id: true, userId: true, organizationId: true },
  })
  if (!session) return
  await recordAudit(db, source, {
    action: "session.ended",
    organizationId: session.organizationId,
    actor: { type: "user", id: session.userId },
    targetId: session.id,
    details: { reason },
  })
}

const sessionView = {
  id: true,
  userAgent: true,
  ipAddress: true,
  createdAt: true,
  lastSeenAt: true,
} satisfies Prisma.SessionSelect

export type SessionView = Prisma.SessionGetPayload<{ select: typeof sessionView }> & { current: boolean }

/** The person's own live sessions, most recently used first. */
export async function listSessions(caller: UserCaller): Promise<SessionView[]> {
  const now = new Date()
  const sessions = await db().session.findMany({
    where: { userId: caller.user.id, ...live(now) },
    orderBy: { lastSeenAt: "desc" },
    take: 100,
    select: sessionView,
  })
  return sessions.map((session) => ({ ...session, current: session.id === caller.sessionId }))
}

function live(now: Date) {
  const seenSince = addDuration(now, -seconds(env().SESSION_IDLE_SECONDS))
  return {
    endedAt: null,
    expiresAt: { gt: now },
    lastSeenAt: { gt: seenSince },
  } satisfies Prisma.SessionWhereInput
}

/** Ends one of the person's own sessions. Throws not_found for any other. */
export async function revokeSession(caller: UserCaller, { id }: { id: string }): Promise<void> {
  await db().$transaction(async (tx) => {
    const revoked = await revokeWhere(tx, caller, { id })
    if (revoked === 0) throw notFound()
  })
}

/** Ends every session of the person but the one that asks, and returns how many. */
export async function revokeOtherSessions(caller: UserCaller): Promise<number> {
  return db().$transaction((tx) => revokeWhere(tx, caller, { id: { not: caller.sessionId } }))
}

async function revokeWhere(db: Db, caller: UserCaller, where: Prisma.SessionWhereInput): Promise<number> {
  const now = new Date()
  const revoked = await db.session.updateManyAndReturn({
    where: { ...where, userId: caller.user.id, ...live(now) },
    data: { endedAt: now, endReason: "revoked" },
    select: { id: true, organizationId: true },
  })
  for (const { id, organizationId } of revoked) {
    await recordAudit(db, caller.source, {
      action: "session.ended",
      organizationId,
      actor: { type: "user", id: caller.user.id },
      targetId: id,
      details: { reason: "revoked" },
    })
  }
  return revoked.length
}

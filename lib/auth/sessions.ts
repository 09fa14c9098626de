import type { Prisma, SecondFactorMethod, SessionEndReason } from "@/prisma/generated/client"
import { type AuditEvent, recordAudit, recordAudits } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { defer } from "../defer"
import { addDuration, minutes, seconds } from "../duration"
import { env } from "../env"
import type { RequestSource } from "../http/request-context"
import type { AccessTokenClaims } from "./access-token"
import { clients, PLAIN_CLIENT } from "./clients"
import { hashToken, isOpaqueToken } from "./opaque-token"
import { type SessionEnd, sessionEnd, sessionTimes, whereLive } from "./session-end"
import { noticeSignIn } from "./session-notices"
import { awaitsSecondFactor } from "./step-up"

// Sign-ins. A browser's is found by its cookie: 256 random bits, of which the database holds the SHA-256. A
// program's is found by the `sid` of an access token that we signed, or by its refresh tokens. Either ends at its
// absolute limit whatever is done with it, a browser's earlier when it lies idle; ended rows stay, with the reason.

const SEEN_EVERY = minutes(1)
/** More than anybody uses; a script that signs in again and again cannot pile them up without end. */
const SESSIONS_PER_PERSON_MAX = 100

const sessionSubject = {
  ...sessionTimes,
  id: true,
  organizationId: true,
  authTime: true,
  providerAuthTime: true,
  secondFactorPending: true,
  secondFactorAt: true,
  secondFactorMethod: true,
  user: {
    select: {
      secondFactorSince: true,
      id: true,
      name: true,
      email: true,
      image: true,
      disabledAt: true,
      memberships: {
        select: {
          organizationId: true,
          role: true,
          organization: { select: { id: true, name: true, secondFactorPolicy: true } },
        },
      },
    },
  },
} satisfies Prisma.SessionSelect

export type LiveSession = Prisma.SessionGetPayload<{ select: typeof sessionSubject }>

/** The live session of a cookie's token with its person and their memberships, or null. Throws unavailable. */
export async function getSession(token: string, now = currentTime()): Promise<LiveSession | null> {
  if (!isOpaqueToken(token)) return null
  return ifLive(await readSession({ tokenHash: hashToken(token) }), now)
}

/** The same, or null while the second factor is awaited. */
export async function getSettledSession(token: string): Promise<LiveSession | null> {
  const session = await getSession(token)
  const policy = session && membershipOf(session)?.organization.secondFactorPolicy
  return session && policy && !awaitsSecondFactor({ ...session, policy }) ? session : null
}

/** The live sign-in of a program that verified claims belong to and agree with, or null. Throws unavailable. */
export async function getTokenSession(claims: AccessTokenClaims): Promise<LiveSession | null> {
  const session = ifLive(await readSession({ id: claims.sid, clientId: { not: null } }), currentTime())
  const agrees = session?.user.id === claims.sub && session.organizationId === claims.organization_id
  return agrees && isRegistered(session.clientId) ? session : null
}

/** Whether a program may still hold sign-ins: one that was taken off the list may not. */
export function isRegistered(clientId: string | null): boolean {
  return [PLAIN_CLIENT, ...clients].some(({ id }) => id === clientId)
}

type Memberships<M> = { organizationId: string; user: { memberships: M[] } }

/** The membership that a sign-in stands on, or null when its person has left the organization. */
export function membershipOf<M extends { organizationId: string }>(session: Memberships<M>): M | null {
  const { memberships } = session.user
  return memberships.find(({ organizationId }) => organizationId === session.organizationId) ?? null
}

/** Why the session of a cookie's token ended; null while it lives, and for what never was one. Throws unavailable. */
export async function getSessionEnd(token: string, now = currentTime()): Promise<SessionEnd | null> {
  if (!isOpaqueToken(token)) return null
  const session = await readSession({ tokenHash: hashToken(token) })
  return session && sessionEnd(session, now)
}

function readSession(where: Prisma.SessionWhereUniqueInput) {
  return db().session.findUnique({ where, select: sessionSubject })
}

function ifLive(session: LiveSession | null, now: Date): LiveSession | null {
  if (!session || sessionEnd(session, now)) return null
  if (now >= addDuration(session.lastSeenAt, SEEN_EVERY)) defer(() => markSeen(session.id, now))
  return session
}

async function markSeen(id: string, now: Date): Promise<void> {
  await db().session.updateMany({
    where: { id, endedAt: null, lastSeenAt: { lt: now } },
    data: { lastSeenAt: now },
  })
}

type NewSession = {
  /** A browser's cookie, or the program that signed the person in. */
  holder: { token: string } | { clientId: string }
  userId: string
  organizationId: string
} & SignInProof

/** How and when somebody proved who they are. */
export type SignInProof = {
  amr: readonly string[]
  authTime: Date
  /** When they proved it to the provider, where the provider says so. */
  providerAuthTime?: Date | null
  /** Given on the way in. */
  secondFactorAt?: Date | null
  secondFactorMethod?: SecondFactorMethod | null
}

/**
 * Opens a sign-in inside the caller's transaction; it ends at `expiresAt` at the latest. While a second factor that the
 * person has is not given, `isPending`, it is good for nothing else. Beyond a hundred live ones of one person, and a
 * hundred that await a factor, the one seen longest ago ends; two at once can pass it by one, until the next.
 */
export async function createSession(
  db: Db,
  source: RequestSource,
  session: NewSession,
): Promise<{ id: string; expiresAt: Date; isPending: boolean }> {
  const { holder, userId, organizationId, authTime, providerAuthTime = null } = session
  const { secondFactorAt = null, secondFactorMethod = null } = session
  const now = currentTime()
  const amr = [...session.amr]
  const clientId = "clientId" in holder ? holder.clientId : null
  const { SESSION_MAX_SECONDS, REFRESH_TOKEN_TTL_SECONDS } = env()
  const { secondFactorSince } = await db.user.findUniqueOrThrow({
    where: { id: userId },
    select: { secondFactorSince: true },
  })
  const isPending = secondFactorSince !== null && secondFactorAt === null
  const created = await db.session.create({
    data: {
      tokenHash: "token" in holder ? hashToken(holder.token) : null,
      clientId,
      userId,
      organizationId,
      amr,
      authTime,
      providerAuthTime,
      secondFactorAt,
      secondFactorMethod,
      secondFactorPending: isPending,
      lastSeenAt: now,
      expiresAt: addDuration(authTime, seconds(clientId ? REFRESH_TOKEN_TTL_SECONDS : SESSION_MAX_SECONDS)),
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
    details: { amr, ...(clientId ? { client: clientId } : {}) },
  })
  await noticeSignIn(db, source, { id: created.id, userId, clientId, at: now })
  await endSurplus(db, source, { userId, isPending, now })
  return { ...created, isPending }
}

/** Those that await a second factor are counted apart: whoever has but the first must neither end the others nor find no room. */
async function endSurplus(
  db: Db,
  source: RequestSource,
  { userId, isPending, now }: { userId: string; isPending: boolean; now: Date },
): Promise<void> {
  const surplus = await db.session.findMany({
    where: { userId, secondFactorPending: isPending, ...whereLive(now) },
    orderBy: { lastSeenAt: "desc" },
    skip: SESSIONS_PER_PERSON_MAX,
    select: { id: true },
  })
  if (surplus.length > 0)
    await endSessions(db, source, { id: { in: surplus.map(({ id }) => id) } }, { reason: "limit" })
}

export type Ending = {
  reason: SessionEndReason
  /** Who ended it. Left out: the person whose sign-in it is. */
  actor?: AuditEvent["actor"]
  details?: AuditEvent["details"]
}

/**
 * Ends the live sign-ins that fit, inside the caller's transaction, and returns how many. What has ended, or
 * never was, is neither changed nor recorded.
 */
export async function endSessions(
  db: Db,
  source: RequestSource | null,
  where: Prisma.SessionWhereInput,
  { reason, actor, details }: Ending,
): Promise<number> {
  const now = currentTime()
  const ended = await db.session.updateManyAndReturn({
    where: { AND: [where, whereLive(now)] },
    data: { endedAt: now, endReason: reason },
    select: { id: true, userId: true, organizationId: true },
  })
  await recordAudits(
    db,
    source,
    ended.map(({ id, userId, organizationId }) => ({
      action: "session.ended",
      organizationId,
      actor: actor ?? { type: "user", id: userId },
      targetId: id,
      details: { reason, ...details },
    })),
  )
  return ended.length
}

/** Ends the session of a browser's cookie. */
export async function endBrowserSession(
  db: Db,
  source: RequestSource,
  { token, reason }: { token: string; reason: SessionEndReason },
): Promise<void> {
  if (isOpaqueToken(token)) await endSessions(db, source, { tokenHash: hashToken(token) }, { reason })
}

/** Ends the session of a browser's cookie because the person asked for it. */
export async function signOut(source: RequestSource, token: string): Promise<void> {
  await db().$transaction((tx) => endBrowserSession(tx, source, { token, reason: "signed_out" }))
}

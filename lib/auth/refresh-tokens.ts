import type { Prisma } from "@/prisma/generated/client"
import { recordAudit, systemActor } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import type { RequestSource } from "../http/request-context"
import { requireWithin } from "../rate-limit/limit"
import type { TokenSubject } from "./access-token"
import { generateCheckedToken, isChecked } from "./checked-token"
import { requireSigner } from "./key-ring"
import { invalidGrant, OAuthError } from "./oauth-error"
import { hashToken } from "./opaque-token"
import { scopeWithin } from "./permissions"
import { narrowScope } from "./scope"
import { SealError, sealFor, unsealFor } from "./seal"
import { sessionEnd, sessionTimes } from "./session-end"
import { noticeReuse } from "./session-notices"
import { endSessions, isRegistered, membershipOf } from "./sessions"
import { type TokenPair, tokenPair } from "./token-pair"

// Refresh tokens: rt_<secret>, stored as hashes, replaced at each use (RFC 9700 section 4.14.2). A program's
// sign-in holds a chain of them whose last one is unused; the database allows no second. Using one claims it by
// a conditional update, so of twenty at once one makes the successor. The others, and whoever lost the answer,
// get that same successor for a few seconds: its text is kept under a key that only the used token gives. Any
// later use of a used token means that two hold it, and ends the whole sign-in.

export const refreshTokenPattern = /^rt_[0-9A-Za-z]{49}$/

const presentedToken = {
  id: true,
  parentId: true,
  scope: true,
  usedAt: true,
  sealedSuccessor: true,
  child: { select: { id: true, usedAt: true, scope: true } },
  session: {
    select: {
      ...sessionTimes,
      id: true,
      organizationId: true,
      authTime: true,
      amr: true,
      user: {
        select: {
          id: true,
          disabledAt: true,
          memberships: { select: { organizationId: true, role: true } },
        },
      },
    },
  },
} satisfies Prisma.RefreshTokenSelect

type PresentedToken = Prisma.RefreshTokenGetPayload<{ select: typeof presentedToken }>
type TokenSession = PresentedToken["session"]

/** The first refresh token of a program's sign-in, inside the transaction that opens it. */
export async function createRefreshToken(
  db: Db,
  { sessionId, scope }: { sessionId: string; scope: readonly string[] },
): Promise<string> {
  const refreshToken = generateCheckedToken("rt_")
  await db.refreshToken.create({
    data: { sessionId, hash: hashToken(refreshToken), scope: [...scope] },
    select: { id: true },
  })
  return refreshToken
}

type RefreshInput = {
  refreshToken: string
  /** Must be the client the token was issued to, where it is given. */
  clientId?: string
  /** Space-separated. Left out: the same as before. */
  scope?: string
}

/**
 * Replaces a refresh token and issues an access token (RFC 6749 section 6). Within REFRESH_GRACE_SECONDS of its
 * first use the same request gives the same successor; after that, its use ends the sign-in, and that is committed
 * before this throws. Throws OAuthError invalid_grant or invalid_scope, rate_limited, or unavailable.
 */
export async function refreshTokens(source: RequestSource, input: RefreshInput): Promise<TokenPair> {
  if (!isRefreshToken(input.refreshToken)) throw invalidGrant()
  // Before the token is claimed, because one that was claimed for nothing is lost.
  await requireSigner()
  const token = await findToken(input)
  await requireWithin("refresh", token.session.id)
  const rotated = token.usedAt ? undefined : await rotate(token, input)
  const { refreshToken, scope } = rotated ?? (await retry(source, input))
  return tokenPair(subjectOf(token.session, scope), refreshToken)
}

type Successor = { refreshToken: string; scope: readonly string[] }

/** Claims the token and puts its successor in its place, or returns undefined when another was faster. */
function rotate(token: PresentedToken, input: RefreshInput): Promise<Successor | undefined> {
  if (!isLive(token.session)) throw invalidGrant()
  const now = currentTime()
  const sessionId = token.session.id
  const refreshToken = generateCheckedToken("rt_")
  const scope = narrowScope(input.scope, token.scope)
  return db().$transaction(async (tx) => {
    const { count } = await tx.refreshToken.updateMany({
      where: { id: token.id, usedAt: null },
      data: { usedAt: now, sealedSuccessor: sealFor(input.refreshToken, refreshToken, token.id) },
    })
    if (count === 0) return undefined
    const { count: live } = await tx.session.updateMany({
      where: { id: sessionId, endedAt: null },
      data: { lastSeenAt: now },
    })
    // Ended in this very moment: the claim is undone with everything else.
    if (live === 0) throw invalidGrant()
    await tx.refreshToken.create({
      data: { sessionId, parentId: token.id, hash: hashToken(refreshToken), scope: [...scope] },
      select: { id: true },
    })
    // The parent can give its successor to nobody from now on.
    if (token.parentId) {
      await tx.refreshToken.updateMany({ where: { id: token.parentId }, data: { sealedSuccessor: null } })
    }
    return { refreshToken, scope }
  })
}

/** The successor that a used token already has, for the same request in time; anything else is reuse. */
async function retry(source: RequestSource, input: RefreshInput): Promise<Successor> {
  // Read again: the one who was faster has only now made the successor.
  const token = await findToken(input)
  const successor = reopen(token, input.refreshToken)
  if (!successor) {
    await endByReuse(source, token)
    throw invalidGrant()
  }
  if (!isLive(token.session)) throw invalidGrant()
  // What the first answer narrowed or left, a second cannot: both hold the same successor.
  const asked = input.scope === undefined ? successor.scope : narrowScope(input.scope, token.scope)
  if (asked.join(" ") !== successor.scope.join(" ")) {
    throw new OAuthError("invalid_scope", "This token was used with another scope a moment ago.")
  }
  return successor
}

function reopen({ id, usedAt, child, sealedSuccessor }: PresentedToken, presented: string): Successor | null {
  const isLate = !usedAt || currentTime() > addDuration(usedAt, seconds(env().REFRESH_GRACE_SECONDS))
  if (isLate || !child || child.usedAt || sealedSuccessor === null) return null
  try {
    return { refreshToken: unsealFor(presented, sealedSuccessor, id), scope: child.scope }
  } catch (error) {
    if (error instanceof SealError) return null
    throw error
  }
}

/**
 * Commits the end of the sign-in; of several reuses at once, one records it. A thief who signed out with the
 * successor, or as the person ended it from elsewhere, has not thereby silenced the alarm.
 */
async function endByReuse(source: RequestSource, { session }: PresentedToken): Promise<void> {
  const { id } = session
  await db().$transaction(async (tx) => {
    const ended = await endSessions(tx, source, { id }, { reason: "reuse_detected", actor: systemActor })
    const { count: endedBefore } = await tx.session.updateMany({
      where: { id, endReason: { in: ["signed_out", "revoked"] } },
      data: { endReason: "reuse_detected" },
    })
    if (ended + endedBefore === 0) return
    await recordAudit(tx, source, {
      action: "refresh_token.reused",
      organizationId: session.organizationId,
      actor: systemActor,
      targetId: id,
      details: { client: session.clientId, user: session.user.id },
    })
    const { clientId, user } = session
    await noticeReuse(tx, source, { userId: user.id, clientId, at: currentTime() })
  })
}

async function findToken({ refreshToken, clientId }: RefreshInput): Promise<PresentedToken> {
  const token = await readToken(refreshToken)
  if (!token || (clientId !== undefined && clientId !== token.session.clientId)) throw invalidGrant()
  return token
}

function readToken(refreshToken: string) {
  return db().refreshToken.findUnique({
    where: { hash: hashToken(refreshToken) },
    select: presentedToken,
  })
}

/** Whether a text can be one of our refresh tokens. Costs no query. */
export function isRefreshToken(text: string): boolean {
  return refreshTokenPattern.test(text) && isChecked(text)
}

/** Whether the sign-in lives, its person still belongs to the organization, and its program is still one of ours. */
function isLive(session: TokenSession): boolean {
  return (
    sessionEnd(session, currentTime()) === null &&
    membershipOf(session) !== null &&
    isRegistered(session.clientId)
  )
}

/** The sign-in as its access tokens tell of it. */
function subjectOf(session: TokenSession, scope: readonly string[]): TokenSubject {
  const { id: sessionId, user, organizationId, clientId, authTime, amr, expiresAt } = session
  if (clientId === null) throw new Error("a browser's session has a refresh token")
  const times = { authTime, sessionExpiresAt: expiresAt }
  return {
    sessionId,
    userId: user.id,
    organizationId,
    clientId,
    scope: scopeNow(session, scope),
    amr,
    ...times,
  }
}

/** The part of what was granted that the person's role allows today. */
function scopeNow(session: TokenSession, scope: readonly string[]): readonly string[] {
  const membership = membershipOf(session)
  return membership ? scopeWithin(membership.role, scope) : []
}

export type RefreshTokenInfo = {
  sessionId: string
  clientId: string | null
  userId: string
  organizationId: string
  scope: readonly string[]
  expiresAt: Date
  /** Whether it could be used now. */
  isActive: boolean
  /** Whether what it gave has been used since, so that only somebody with a copy can present it. */
  isReplaced: boolean
}

/** What a presented refresh token is, or null for what is none. Using it is another matter. Throws unavailable. */
export async function getRefreshToken(refreshToken: string): Promise<RefreshTokenInfo | null> {
  const token = isRefreshToken(refreshToken) ? await readToken(refreshToken) : null
  if (!token) return null
  const { session, scope, usedAt, child } = token
  return {
    sessionId: session.id,
    clientId: session.clientId,
    userId: session.user.id,
    organizationId: session.organizationId,
    scope: scopeNow(session, scope),
    expiresAt: session.expiresAt,
    isActive: usedAt === null && isLive(session),
    isReplaced: child?.usedAt != null,
  }
}

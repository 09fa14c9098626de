import { createHash } from "node:crypto"
import type { Prisma } from "@/prisma/generated/client"
import { recordAudit, systemActor } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import type { RequestSource } from "../http/request-context"
import { requireSigner } from "./key-ring"
import { invalidGrant } from "./oauth-error"
import { generateOpaqueToken, hashToken, isOpaqueToken } from "./opaque-token"
import { type Grant, openProgramSession } from "./program-sessions"
import { noticeReuse } from "./session-notices"
import { endSessions, membershipOf } from "./sessions"
import { type TokenPair, tokenPair } from "./token-pair"

// Our own authorization codes (RFC 6749 section 4.1). A code lives for a minute, is good for one exchange and is
// bound to the client, the redirect URI and the PKCE challenge it was asked with. It is claimed before it is
// checked: a wrong attempt burns it.

const LIVES_FOR = seconds(60)

type CodeBinding = { redirectUri: string; codeChallenge: string }

/** A new code, inside the transaction of the sign-in. */
export async function createAuthorizationCode(
  db: Db,
  code: Omit<Grant, "role"> & CodeBinding,
): Promise<string> {
  const { userId, organizationId, clientId, redirectUri, codeChallenge, scope, amr, authTime } = code
  const { providerAuthTime = null, secondFactorAt = null, secondFactorMethod = null } = code
  const text = generateOpaqueToken()
  const createdAt = currentTime()
  await db.authorizationCode.create({
    data: {
      ...{ userId, organizationId, clientId, redirectUri, codeChallenge, authTime },
      ...{ providerAuthTime, secondFactorAt, secondFactorMethod },
      scope: [...scope],
      amr: [...amr],
      hash: hashToken(text),
      createdAt,
      expiresAt: addDuration(createdAt, LIVES_FOR),
    },
    select: { id: true },
  })
  return text
}

type ExchangeInput = { code: string; clientId: string; redirectUri: string; codeVerifier: string }

const presentedCode = {
  id: true,
  userId: true,
  organizationId: true,
  clientId: true,
  redirectUri: true,
  codeChallenge: true,
  scope: true,
  amr: true,
  authTime: true,
  providerAuthTime: true,
  secondFactorAt: true,
  secondFactorMethod: true,
  expiresAt: true,
  usedAt: true,
  sessionId: true,
  user: {
    select: { disabledAt: true, memberships: { select: { organizationId: true, role: true } } },
  },
} satisfies Prisma.AuthorizationCodeSelect

type PresentedCode = Prisma.AuthorizationCodeGetPayload<{ select: typeof presentedCode }>

/**
 * Exchanges a code for the first tokens, once. A second use after REFRESH_GRACE_SECONDS ends the sign-in that
 * came of the first (RFC 6749 section 4.1.2); one in that time, as when a page runs its effect twice, is only
 * refused. Throws OAuthError invalid_grant, or unavailable.
 */
export async function exchangeCode(source: RequestSource, input: ExchangeInput): Promise<TokenPair> {
  // First of all, because a code that was claimed for nothing is lost.
  await requireSigner()
  const code = isOpaqueToken(input.code) ? await findCode(input.code) : null
  if (!code) throw invalidGrant()
  const outcome = await db().$transaction((tx) => claimCode(tx, source, code, input))
  // Only who holds the verifier too says by a second use that it is in other hands.
  if (outcome === "used" && isBoundTo(code, input)) await endByReuse(source, code.id)
  if (typeof outcome === "string") throw invalidGrant()
  return tokenPair(outcome.subject, outcome.refreshToken)
}

async function claimCode(tx: Db, source: RequestSource, code: PresentedCode, input: ExchangeInput) {
  const now = currentTime()
  const { count } = await tx.authorizationCode.updateMany({
    where: { id: code.id, usedAt: null },
    data: { usedAt: now },
  })
  if (count === 0) return "used"
  const membership = membershipOf(code)
  const isGood = now < code.expiresAt && code.user.disabledAt === null && isBoundTo(code, input)
  if (!membership || !isGood) {
    await recordRefusal(tx, source, code, input)
    return "refused"
  }
  const { userId, organizationId, clientId, scope, amr, authTime } = code
  const { providerAuthTime, secondFactorAt, secondFactorMethod } = code
  const opened = await openProgramSession(tx, source, {
    ...{ userId, organizationId, role: membership.role, clientId, scope, amr, authTime },
    ...{ providerAuthTime, secondFactorAt, secondFactorMethod },
  })
  await tx.authorizationCode.update({
    where: { id: code.id },
    data: { sessionId: opened.subject.sessionId },
    select: { id: true },
  })
  return opened
}

function isBoundTo(code: PresentedCode, { clientId, redirectUri, codeVerifier }: ExchangeInput): boolean {
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url")
  return (
    clientId === code.clientId && redirectUri === code.redirectUri && codeChallenge === code.codeChallenge
  )
}

function recordRefusal(tx: Db, source: RequestSource, code: PresentedCode, { clientId }: ExchangeInput) {
  const { id, organizationId } = code
  return recordAudit(tx, source, {
    action: "authorization_code.refused",
    organizationId,
    actor: systemActor,
    targetId: id,
    details: { client: code.clientId, presentedBy: clientId },
  })
}

async function endByReuse(source: RequestSource, id: string): Promise<void> {
  // Read again: the first use may have ended only now.
  const code = await db().authorizationCode.findUnique({ where: { id }, select: presentedCode })
  const { usedAt, sessionId } = code ?? {}
  const at = currentTime()
  if (!code || !usedAt || !sessionId || at <= addDuration(usedAt, seconds(env().REFRESH_GRACE_SECONDS)))
    return
  const { organizationId, userId, clientId } = code
  await db().$transaction(async (tx) => {
    const ended = await endSessions(
      tx,
      source,
      { id: sessionId },
      { reason: "reuse_detected", actor: systemActor },
    )
    if (ended === 0) return
    await recordAudit(tx, source, {
      action: "authorization_code.reused",
      organizationId,
      actor: systemActor,
      targetId: sessionId,
    })
    await noticeReuse(tx, source, { userId, clientId, at })
  })
}

function findCode(code: string) {
  return db().authorizationCode.findUnique({ where: { hash: hashToken(code) }, select: presentedCode })
}

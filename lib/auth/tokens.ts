import { recordAudit, systemActor } from "../audit/audit-log"
import { db } from "../db"
import { env } from "../env"
import type { RequestSource } from "../http/request-context"
import { type AccessTokenClaims, verifyAccessToken } from "./access-token"
import type { Caller } from "./caller"
import { invalidGrant } from "./oauth-error"
import { scopeWithin } from "./permissions"
import { getRefreshToken } from "./refresh-tokens"
import { type Ending, endSessions, getTokenSession, membershipOf } from "./sessions"
import { awaitsSecondFactor } from "./step-up"

// Ending a sign-in by one of its tokens, and asking about a token.

type RevokeInput = {
  token: string
  /** Must be the client the token was issued to, where it is given. */
  clientId?: string
}

/**
 * Ends the sign-in a token belongs to, with every token of it (RFC 7009). A token that is unknown or has ended
 * already changes nothing. Throws OAuthError invalid_grant for another client's, or unavailable.
 */
export async function revokeToken(source: RequestSource, { token, clientId }: RevokeInput): Promise<void> {
  const holder = await sessionOf(token)
  if (!holder) return
  if (clientId !== undefined && clientId !== holder.clientId) {
    await recordAudit(db(), source, {
      action: "token.revocation_refused",
      organizationId: holder.organizationId,
      actor: systemActor,
      targetId: holder.sessionId,
      details: { client: holder.clientId, presentedBy: clientId },
    })
    throw invalidGrant()
  }
  // Who presents a token that was replaced long ago holds a copy, and is not the one who signs out.
  const ending: Ending = holder.isReplaced
    ? { reason: "reuse_detected", actor: systemActor }
    : { reason: "signed_out" }
  await db().$transaction((tx) => endSessions(tx, source, { id: holder.sessionId }, ending))
}

async function sessionOf(token: string) {
  const refreshToken = await getRefreshToken(token)
  if (refreshToken) return refreshToken
  const claims = await verifyAccessToken(token)
  if (!claims) return null
  const { sid: sessionId, client_id: clientId, organization_id: organizationId } = claims
  return { sessionId, clientId, organizationId, isReplaced: false }
}

/** RFC 7662 section 2.2, spelled as it is sent. */
export type Introspection =
  | { active: false }
  | ({ active: true; token_type: "Bearer" } & AccessTokenClaims)
  | {
      active: true
      token_type: "refresh_token"
      iss: string
      sub: string
      sid: string
      client_id: string | null
      organization_id: string
      exp: number
      scope: string
    }

/**
 * What a token of the caller's own organization is good for now; any credential of it may ask, for whoever asks
 * holds the token. One answer for everything else: unknown, expired, revoked, another's. Throws unavailable.
 */
export async function introspectToken(caller: Caller, token: string): Promise<Introspection> {
  const refreshToken = await getRefreshToken(token)
  if (refreshToken) {
    const { isActive, organizationId, sessionId, userId, clientId, expiresAt, scope } = refreshToken
    if (!isActive || organizationId !== caller.organization.id) return { active: false }
    return {
      active: true,
      token_type: "refresh_token",
      iss: env().APP_URL,
      sub: userId,
      sid: sessionId,
      client_id: clientId,
      organization_id: organizationId,
      exp: Math.floor(expiresAt.getTime() / 1000),
      scope: scope.join(" "),
    }
  }
  const claims = await verifyAccessToken(token)
  if (claims?.organization_id !== caller.organization.id) return { active: false }
  const session = await getTokenSession(claims)
  const membership = session && membershipOf(session)
  if (!membership) return { active: false }
  // Whoever asks would take it for somebody who has proved who they are.
  const policy = membership.organization.secondFactorPolicy
  if (awaitsSecondFactor({ ...session, policy })) return { active: false }
  // As the API would take it now, whatever the role was when it was signed.
  const scope = scopeWithin(membership.role, claims.scope.split(" ")).join(" ")
  return { active: true, token_type: "Bearer", ...claims, scope }
}

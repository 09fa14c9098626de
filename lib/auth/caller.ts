import { headers as nextHeaders } from "next/headers"
import { redirect } from "next/navigation"
import { cache } from "react"
import type { Role } from "@/prisma/generated/enums"
import { authenticateApiKey } from "../api-keys/authenticate-api-key"
import { AppError } from "../errors"
import { requireSameOrigin } from "../http/origin"
import { type RequestSource, requestSource } from "../http/request-context"
import { verifyAccessToken } from "./access-token"
import { authCookies, readCookie } from "./cookies"
import { type Credential, readCredential } from "./credentials"
import { PATH_HEADER } from "./path-header"
import type { SessionEnd } from "./session-end"
import { getSession, getSessionEnd, getTokenSession, type LiveSession, membershipOf } from "./sessions"

type CallerBase = {
  organization: { id: string; name: string }
  /** A person's role; a key's is the present role of the person who created it. */
  role: Role
  source: RequestSource
}

export type UserCaller = CallerBase & {
  type: "user"
  user: { id: string; name: string | null; email: string; image: string | null }
  sessionId: string
  /** The program that holds the access token, or null for a browser. */
  clientId: string | null
  /** The scope of the access token. Null, a browser's, means everything the role allows. */
  scopes: readonly string[] | null
}

export type ApiKeyCaller = CallerBase & {
  type: "api_key"
  keyId: string
  scopes: string[]
  /** The scopes that this request needed and had, as requirePermission meets them. */
  neededScopes: Set<string>
}

/** Who is calling. The wrappers answer that; each verb answers whether they may. */
export type Caller = UserCaller | ApiKeyCaller

const safeMethods = ["GET", "HEAD", "OPTIONS"]

/**
 * Who makes an API request. A credential in the headers decides alone; only without one does the session
 * cookie count, and then an unsafe method must come from our own pages. Throws ambiguous_credentials,
 * unauthenticated, origin_not_allowed, address_not_allowed, rate_limited or unavailable.
 */
export async function requireCaller(request: Request): Promise<Caller> {
  const credential = readCredential(request.headers)
  const source = requestSource(request.headers)
  if (credential.type !== "none") return callerByCredential(credential, source)
  const token = readCookie(request.headers.get("cookie"), authCookies().sessionToken.name)
  if (token === null) throw new AppError("unauthenticated", "Send an access token or an API key, or sign in.")
  if (!safeMethods.includes(request.method)) requireSameOrigin(request.headers)
  const caller = await userByToken(token, source)
  if (!caller) throw new AppError("unauthenticated", "This session has ended. Sign in again.")
  return caller
}

/** An access token is told from an API key by its dots. */
async function callerByCredential(
  { type, token }: Exclude<Credential, { type: "none" }>,
  source: RequestSource,
): Promise<Caller> {
  const isAccessToken = type === "bearer" && token.includes(".")
  const caller = isAccessToken
    ? await callerByAccessToken(token, source)
    : await authenticateApiKey(token, source)
  // One answer for unknown, wrong, expired and revoked: it tells a thief nothing.
  if (!caller) throw new AppError("unauthenticated", "This credential is not valid.")
  return caller
}

/**
 * The token says which sign-in it belongs to. One read says whether that lives and what the person may do now,
 * so a token ends with its sign-in, on every instance, and a role that was taken away is gone at once.
 */
async function callerByAccessToken(token: string, source: RequestSource): Promise<UserCaller | null> {
  const claims = await verifyAccessToken(token)
  const session = claims && (await getTokenSession(claims))
  return session && sessionCaller(session, source, claims.scope.split(" "))
}

/** The signed-in person for a page or action, read once per request, or null. Throws unavailable. */
export const getUser = cache(async (): Promise<UserCaller | null> => {
  const headers = await nextHeaders()
  const token = readCookie(headers.get("cookie"), authCookies().sessionToken.name)
  return token === null ? null : userByToken(token, requestSource(headers))
})

/** Why the sign-in that this browser remembers has ended, unless it was here that the person left. Throws unavailable. */
export async function getSignedOutReason(): Promise<SessionEnd["reason"] | null> {
  const headers = await nextHeaders()
  const token = readCookie(headers.get("cookie"), authCookies().sessionToken.name)
  const end = token === null ? null : await getSessionEnd(token)
  return end && end.reason !== "signed_out" ? end.reason : null
}

/** The signed-in person. Sends everybody else to /sign-in, and from there back here. Throws unavailable. */
export async function requireUser(): Promise<UserCaller> {
  const user = await getUser()
  if (user) return user
  const path = (await nextHeaders()).get(PATH_HEADER)
  redirect(path ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in")
}

async function userByToken(token: string, source: RequestSource): Promise<UserCaller | null> {
  const session = await getSession(token)
  return session && sessionCaller(session, source)
}

/** The caller a live session stands for; null for a person who no longer belongs to its organization. */
function sessionCaller(
  session: LiveSession,
  source: RequestSource,
  scopes: readonly string[] | null = null,
): UserCaller | null {
  const { id, name, email, image } = session.user
  const membership = membershipOf(session)
  if (!membership) return null
  const { role, organization } = membership
  const { id: sessionId, clientId } = session
  return {
    type: "user",
    user: { id, name, email, image },
    organization,
    role,
    sessionId,
    clientId,
    scopes,
    source,
  }
}

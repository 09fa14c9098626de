import { headers as nextHeaders } from "next/headers"
import { redirect } from "next/navigation"
import { cache } from "react"
import type { Role } from "@/prisma/generated/enums"
import { verifyApiKey } from "../api-keys/verify-api-key"
import type { RequestOrigin } from "../audit/audit-log"
import { AppError } from "../errors"
import { requireSameOrigin } from "../http/origin"
import { requestContextOf } from "../http/request-context"
import { authCookies, readCookie } from "./cookies"
import { type Credential, readCredential } from "./credentials"
import { PATH_HEADER } from "./path-header"
import { getSession, type LiveSession } from "./sessions"

type CallerBase = {
  organization: { id: string; name: string }
  /** A person's role; a key's is the present role of the person who created it. */
  role: Role
  origin: RequestOrigin
}

export type UserCaller = CallerBase & {
  type: "user"
  user: { id: string; name: string | null; email: string; image: string | null }
  sessionId: string
}

export type ApiKeyCaller = CallerBase & { type: "api_key"; keyId: string; scopes: string[] }

/** Who is calling. The wrappers answer that; each verb answers whether they may. */
export type Caller = UserCaller | ApiKeyCaller

const safeMethods = ["GET", "HEAD", "OPTIONS"]

/**
 * Who makes an API request. A credential in the headers decides alone; only without one does the session
 * cookie count, and then an unsafe method must come from our own pages. Throws ambiguous_credentials,
 * unauthenticated, origin_not_allowed or unavailable.
 */
export async function requireCaller(request: Request): Promise<Caller> {
  const credential = readCredential(request.headers)
  const origin = requestOrigin(request.headers)
  if (credential.type !== "none") return requireApiKey(credential, origin)
  const token = readCookie(request.headers.get("cookie"), authCookies().sessionToken.name)
  if (token === null) throw new AppError("unauthenticated", "Send an API key, or sign in.")
  if (!safeMethods.includes(request.method)) requireSameOrigin(request.headers)
  const caller = await userByToken(token, origin)
  if (!caller) throw new AppError("unauthenticated", "This session has ended. Sign in again.")
  return caller
}

async function requireApiKey(credential: Exclude<Credential, { type: "none" }>, origin: RequestOrigin) {
  const result = await verifyApiKey(credential.token, origin)
  // One answer for unknown, wrong, expired and revoked: it tells a thief nothing.
  if (!result.valid) throw new AppError("unauthenticated", "This credential is not valid.")
  return result.caller
}

/** The signed-in person for a page or action, read once per request, or null. Throws unavailable. */
export const getUser = cache(async (): Promise<UserCaller | null> => {
  const headers = await nextHeaders()
  const token = readCookie(headers.get("cookie"), authCookies().sessionToken.name)
  return token === null ? null : userByToken(token, requestOrigin(headers))
})

/** The signed-in person. Sends everybody else to /sign-in, and from there back here. Throws unavailable. */
export async function requireUser(): Promise<UserCaller> {
  const user = await getUser()
  if (user) return user
  const path = (await nextHeaders()).get(PATH_HEADER)
  redirect(path ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in")
}

async function userByToken(token: string, origin: RequestOrigin): Promise<UserCaller | null> {
  const session = await getSession(token, new Date())
  return session && sessionCaller(session, origin)
}

/** The caller a live session stands for, in its organization; null for a person who belongs to none. */
function sessionCaller(session: LiveSession, origin: RequestOrigin): UserCaller | null {
  const { id, name, email, image, memberships } = session.user
  const membership =
    memberships.find(({ organization }) => organization.id === session.organizationId) ?? memberships[0]
  if (!membership) return null
  const { role, organization } = membership
  return { type: "user", user: { id, name, email, image }, organization, role, sessionId: session.id, origin }
}

const USER_AGENT_LENGTH_MAX = 256

/** Where a request comes from, bounded and printable, for sessions and the audit log. */
export function requestOrigin(headers: Headers): RequestOrigin {
  const { requestId, clientAddress } = requestContextOf(headers)
  const userAgent =
    headers
      .get("user-agent")
      ?.replace(/[^\x20-\x7e]/g, "")
      .slice(0, USER_AGENT_LENGTH_MAX) || null
  return { requestId, clientAddress, userAgent }
}

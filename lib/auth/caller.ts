import { headers as nextHeaders } from "next/headers"
import { redirect } from "next/navigation"
import { cache } from "react"
import type { Role } from "@/prisma/generated/enums"
import { verifyApiKey } from "../api-keys/verify-api-key"
import { AppError } from "../errors"
import { requireSameOrigin } from "../http/origin"
import { type RequestSource, requestSource } from "../http/request-context"
import { authCookies, readCookie } from "./cookies"
import { type Credential, readCredential } from "./credentials"
import { PATH_HEADER } from "./path-header"
import { getSession, type LiveSession } from "./sessions"

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
  const source = requestSource(request.headers)
  if (credential.type !== "none") return callerByApiKey(credential, source)
  const token = readCookie(request.headers.get("cookie"), authCookies().sessionToken.name)
  if (token === null) throw new AppError("unauthenticated", "Send an API key, or sign in.")
  if (!safeMethods.includes(request.method)) requireSameOrigin(request.headers)
  const caller = await userByToken(token, source)
  if (!caller) throw new AppError("unauthenticated", "This session has ended. Sign in again.")
  return caller
}

async function callerByApiKey(credential: Exclude<Credential, { type: "none" }>, source: RequestSource) {
  const result = await verifyApiKey(credential.token, source)
  // One answer for unknown, wrong, expired and revoked: it tells a thief nothing.
  if (!result.valid) throw new AppError("unauthenticated", "This credential is not valid.")
  return result.caller
}

/** The signed-in person for a page or action, read once per request, or null. Throws unavailable. */
export const getUser = cache(async (): Promise<UserCaller | null> => {
  const headers = await nextHeaders()
  const token = readCookie(headers.get("cookie"), authCookies().sessionToken.name)
  return token === null ? null : userByToken(token, requestSource(headers))
})

/** The signed-in person. Sends everybody else to /sign-in, and from there back here. Throws unavailable. */
export async function requireUser(): Promise<UserCaller> {
  const user = await getUser()
  if (user) return user
  const path = (await nextHeaders()).get(PATH_HEADER)
  redirect(path ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in")
}

async function userByToken(token: string, source: RequestSource): Promise<UserCaller | null> {
  const session = await getSession(token, new Date())
  return session && sessionCaller(session, source)
}

/** The caller a live session stands for; null for a person who no longer belongs to its organization. */
function sessionCaller(session: LiveSession, source: RequestSource): UserCaller | null {
  const { id, name, email, image, memberships } = session.user
  const membership = memberships.find(({ organization }) => organization.id === session.organizationId)
  if (!membership) return null
  const { role, organization } = membership
  return { type: "user", user: { id, name, email, image }, organization, role, sessionId: session.id, source }
}

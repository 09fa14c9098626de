import type { Route } from "next"
import { cookies as nextCookies, headers as nextHeaders } from "next/headers"
import { redirect } from "next/navigation"
import { cache } from "react"
import type { Role } from "@/prisma/generated/enums"
import { authenticateApiKey } from "../api-keys/authenticate-api-key"
import { AppError } from "../errors"
import { isSafeMethod, requireSameOrigin } from "../http/origin"
import { type RequestSource, requestSource } from "../http/request-context"
import { verifyAccessToken } from "./access-token"
import { authCookies, readCookie } from "./cookies"
import { type Credential, readCredential } from "./credentials"
import { PATH_HEADER, secondFactorPage } from "./paths"
import type { SessionEnd } from "./session-end"
import { getSession, getSessionEnd, getTokenSession, type LiveSession, membershipOf } from "./sessions"
import { awaitsSecondFactor, type Proof, type StepUpMethod, secondFactorError } from "./step-up"

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
  proof: Proof
  /** The fresh proof that requireStepUp met, for the record of what was done with it. */
  stepUp?: StepUpMethod
}

/** Somebody whose sign-in awaits its second factor: nobody but the functions of second factors takes them. */
export type PendingCaller = Omit<UserCaller, "type"> & { type: "pending_user" }

export type ApiKeyCaller = CallerBase & {
  type: "api_key"
  keyId: string
  scopes: string[]
  /** The scopes that this request needed and had, as requirePermission meets them. */
  neededScopes: Set<string>
}

/** Who is calling. The wrappers answer that; each verb answers whether they may. */
export type Caller = UserCaller | ApiKeyCaller

/**
 * Who makes an API request. A credential in the headers decides alone; only without one does the session
 * cookie count, and then an unsafe method must come from our own pages. Throws ambiguous_credentials,
 * unauthenticated, origin_not_allowed, address_not_allowed, rate_limited or unavailable.
 */
export async function requireCaller(request: Request): Promise<Caller> {
  return requireSettled(await identify(request))
}

/**
 * The person who makes an API request, also one whose second factor is still awaited; what they may do is for
 * the functions of second factors to say. Throws like requireCaller, and forbidden for a key.
 */
export async function requirePerson(request: Request): Promise<UserCaller | PendingCaller> {
  const caller = await identify(request)
  if (caller.type !== "api_key") return caller
  throw new AppError("forbidden", "An API key can never do this. Sign in as a person.")
}

async function identify(request: Request): Promise<Caller | PendingCaller> {
  const credential = readCredential(request.headers)
  const source = requestSource(request.headers)
  if (credential.type !== "none") return callerByCredential(credential, source)
  const token = readCookie(request.headers.get("cookie"), authCookies().sessionToken.name)
  if (token === null) throw new AppError("unauthenticated", "Send an access token or an API key, or sign in.")
  if (!isSafeMethod(request.method)) requireSameOrigin(request.headers)
  const caller = await userByToken(token, source)
  if (!caller) throw new AppError("unauthenticated", "This session has ended. Sign in again.")
  return caller
}

/** Throws second_factor_required, to a program insufficient_user_authentication, while a second factor is awaited. */
function requireSettled(caller: Caller | PendingCaller): Caller {
  if (caller.type === "pending_user") throw secondFactorError(caller)
  return caller
}

/** An access token is told from an API key by its dots. */
async function callerByCredential(
  credential: Exclude<Credential, { type: "none" }>,
  source: RequestSource,
): Promise<Caller | PendingCaller> {
  const { type, token } = credential
  const caller =
    type === "bearer" && token.includes(".")
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
async function callerByAccessToken(
  token: string,
  source: RequestSource,
): Promise<UserCaller | PendingCaller | null> {
  const claims = await verifyAccessToken(token)
  const session = claims && (await getTokenSession(claims))
  return session && sessionCaller(session, source, claims.scope.split(" "))
}

/** Who holds this browser's session, read once per request, or null. Throws unavailable. */
export const getPerson = cache(async (): Promise<UserCaller | PendingCaller | null> => {
  const token = await sessionToken()
  return token === null ? null : userByToken(token, requestSource(await nextHeaders()))
})

/** By the header, which alone shows a name that is there twice; a page drawn with an action's answer has what that set. */
async function sessionToken(): Promise<string | null> {
  const { name } = authCookies().sessionToken
  const arrived = readCookie((await nextHeaders()).get("cookie"), name)
  return arrived === null ? null : ((await nextCookies()).get(name)?.value ?? null)
}

/** The signed-in person for a page or action, or null: also for one whose second factor is awaited. Throws unavailable. */
export async function getUser(): Promise<UserCaller | null> {
  const person = await getPerson()
  return person?.type === "user" ? person : null
}

/** Why the sign-in that this browser remembers has ended, unless it was here that the person left. Throws unavailable. */
export async function getSignedOutReason(): Promise<SessionEnd["reason"] | null> {
  const headers = await nextHeaders()
  const token = readCookie(headers.get("cookie"), authCookies().sessionToken.name)
  const end = token === null ? null : await getSessionEnd(token)
  return end && end.reason !== "signed_out" ? end.reason : null
}

/**
 * The signed-in person. Sends everybody else to /sign-in, or to give their second factor, and from there back here.
 * Throws unavailable.
 */
export async function requireUser(): Promise<UserCaller> {
  const person = await getPerson()
  if (person?.type === "user") return person
  const page = person ? secondFactorPage : "/sign-in"
  const path = (await nextHeaders()).get(PATH_HEADER)
  redirect((path ? `${page}?next=${encodeURIComponent(path)}` : page) as Route)
}

async function userByToken(token: string, source: RequestSource): Promise<UserCaller | PendingCaller | null> {
  const session = await getSession(token)
  return session && sessionCaller(session, source)
}

/** The caller a live session stands for; null for a person who no longer belongs to its organization. */
function sessionCaller(
  session: LiveSession,
  source: RequestSource,
  scopes: readonly string[] | null = null,
): UserCaller | PendingCaller | null {
  const { id, name, email, image } = session.user
  const membership = membershipOf(session)
  if (!membership) return null
  const { role, organization } = membership
  const { id: sessionId, clientId } = session
  const proof = proofOf(session, organization.secondFactorPolicy)
  return {
    type: awaitsSecondFactor(proof) ? "pending_user" : "user",
    user: { id, name, email, image },
    organization: { id: organization.id, name: organization.name },
    role,
    sessionId,
    clientId,
    scopes,
    proof,
    source,
  }
}

function proofOf(session: LiveSession, policy: Proof["policy"]): Proof {
  const { authTime, providerAuthTime, secondFactorPending, secondFactorAt, secondFactorMethod } = session
  const { secondFactorSince } = session.user
  return {
    authTime,
    providerAuthTime,
    secondFactorPending,
    secondFactorAt,
    secondFactorMethod,
    secondFactorSince,
    policy,
  }
}

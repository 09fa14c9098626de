import { PrismaAdapter } from "@auth/prisma-adapter"
import { NextRequest } from "next/server"
import NextAuth, { customFetch, type NextAuthConfig } from "next-auth"
import type { Adapter } from "next-auth/adapters"
import Google from "next-auth/providers/google"
import { type RequestOrigin, recordAudit } from "../audit/audit-log"
import { db } from "../db"
import { defer } from "../defer"
import { env } from "../env"
import { AppError } from "../errors"
import { readBytes } from "../http/body"
import { refuseForeignOrigin } from "../http/origin"
import { problemResponse } from "../http/problem"
import { log } from "../log"
import { requestOrigin } from "./caller"
import { authCookies, keepCookies, readCookie } from "./cookies"
import { generateOpaqueToken } from "./opaque-token"
import { type Identity, verifyIdToken } from "./openid-provider"
import { providerFetch } from "./provider-fetch"
import { safeRedirectPath } from "./redirect-path"
import { endSession, getSession } from "./sessions"
import { checkSignIn, createUser, signIn } from "./sign-in"
import { SignInError, type SignInFailure } from "./sign-in-error"
import { signInFailure } from "./sign-in-failure"

// next-auth runs the authorization code flow with Google: state, nonce, PKCE, the code exchange, the cookies.
// Everything it decides about people is taken over here: the ID token is verified by our own function, our
// adapter writes people and sessions, and next-auth never learns who is signed in, so it can link nobody to
// nobody. Each request gets a configuration of its own, which remembers the first thing that went wrong:
// next-auth itself would turn an outage into "signed out" and every other fault into one error page.

type Attempt = {
  origin: RequestOrigin
  /** The session this browser has now; a successful sign-in ends it. */
  currentToken: string | null
  /** What the provider says went wrong, on its way back. */
  providerError: string | null
  /** Set once the ID token is verified and the person may come in. */
  identity?: Identity
  failure?: unknown
}

const basePath = "/api/auth"
const errorPage = "/sign-in/error"

/** The handler of /api/auth/*. */
export async function handleNextAuth(request: NextRequest): Promise<Response> {
  const attempt = newAttempt(request.headers, request.nextUrl.searchParams.get("error"))
  try {
    if (request.nextUrl.pathname === `${basePath}/session`) return await sessionResponse(request, attempt)
    if (request.method === "POST") refuseForeignOrigin(request.headers)
    const { GET, POST } = nextAuth(attempt).handlers
    const response = await (request.method === "POST" ? POST : GET)(await reducedRequest(request))
    return attempt.failure === undefined ? withoutStore(response) : failureResponse(attempt)
  } catch (error) {
    return problemResponse(error, { requestId: attempt.origin.requestId })
  }
}

/** Starts the flow for a page's form and returns where to send the browser: to Google, or to our error page. */
export async function startSignIn(headers: Headers, next: string | null): Promise<string> {
  const attempt = newAttempt(headers)
  const redirectTo = safeRedirectPath(next, env().APP_URL)
  const url: unknown = await nextAuth(attempt)
    .signIn("google", { redirect: false, redirectTo })
    .catch((error: unknown) => {
      attempt.failure ??= error
    })
  return attempt.failure === undefined && typeof url === "string" ? url : failurePath(attempt)
}

function newAttempt(headers: Headers, providerError: string | null = null): Attempt {
  return {
    providerError,
    origin: requestOrigin(headers),
    currentToken: readCookie(headers.get("cookie"), authCookies().sessionToken.name),
  }
}

function nextAuth(attempt: Attempt) {
  // next-auth takes its origin from this variable only; without it, from headers that a client can write.
  process.env.AUTH_URL = env().APP_URL
  return NextAuth(configFor(attempt))
}

function configFor(attempt: Attempt): NextAuthConfig {
  const { AUTH_GOOGLE_ID, AUTH_GOOGLE_SECRET, AUTH_GOOGLE_ISSUER } = env()
  return {
    basePath,
    trustHost: true,
    secret: [env().AUTH_SECRET, env().AUTH_SECRET_PREVIOUS].filter((secret) => secret !== undefined),
    useSecureCookies: authCookies().sessionToken.options.secure,
    cookies: authCookies(),
    pages: { signIn: "/sign-in", signOut: "/dashboard", error: errorPage, newUser: undefined },
    providers: [
      Google({
        clientId: AUTH_GOOGLE_ID,
        clientSecret: AUTH_GOOGLE_SECRET,
        issuer: AUTH_GOOGLE_ISSUER,
        checks: ["pkce", "state", "nonce"],
        authorization: { params: { scope: "openid email profile" } },
        account: () => ({}),
        profile: ({ sub, email }) => ({ id: sub, email }),
        [customFetch]: providerFetch,
      }),
    ],
    session: {
      strategy: "database",
      maxAge: env().SESSION_MAX_SECONDS,
      generateSessionToken: generateOpaqueToken,
    },
    adapter: adapterFor(attempt),
    callbacks: {
      redirect: ({ url }) => new URL(safeRedirectPath(url, env().APP_URL), env().APP_URL).href,
      async signIn({ account }) {
        const identity = await verifyIdToken(account?.id_token, {
          issuer: AUTH_GOOGLE_ISSUER,
          clientId: AUTH_GOOGLE_ID,
        })
        if (identity.subject !== account?.providerAccountId) throw new SignInError("identity_refused")
        await checkSignIn(identity, attempt.currentToken)
        attempt.identity = identity
        return true
      },
    },
    logger: {
      error: (error) => {
        attempt.failure ??= error
      },
      warn: (code) => log.debug({ code }, "next-auth warning"),
      debug: () => undefined,
    },
  }
}

/** The official adapter's reads, with every write replaced by one of ours. */
function adapterFor(attempt: Attempt): Adapter {
  const { origin } = attempt
  return {
    ...PrismaAdapter(db()),
    createUser: () => createUser(verifiedIdentity(attempt), origin),
    // createUser wrote the account with the person; no other link is ever made here.
    linkAccount: async () => undefined,
    async createSession({ sessionToken, userId }) {
      const identity = verifiedIdentity(attempt)
      const replacedToken = attempt.currentToken
      const { expiresAt } = await signIn(origin, { userId, identity, token: sessionToken, replacedToken })
      return { sessionToken, userId, expires: expiresAt }
    },
    getSessionAndUser: async () => null,
    updateSession: async () => null,
    deleteSession: (token) => endSession(origin, token, "signed_out"),
  }
}

function verifiedIdentity({ identity }: Attempt): Identity {
  if (!identity) throw new SignInError("identity_refused")
  return identity
}

/**
 * The request as next-auth may see it: cookies by exact name only, because it joins look-alikes into one value;
 * no session cookie except to sign out with; no callbackUrl that could make it fail; a body of bounded size.
 */
async function reducedRequest(request: NextRequest): Promise<NextRequest> {
  const { pathname, search } = request.nextUrl
  const url = new URL(pathname + search, env().APP_URL)
  const target = url.searchParams.get("callbackUrl")
  if (target !== null || pathname.startsWith(`${basePath}/signin`)) {
    url.searchParams.set("callbackUrl", safeRedirectPath(target, env().APP_URL))
  }

  const headers = new Headers(request.headers)
  headers.set("cookie", keepCookies(request.headers.get("cookie"), cookiesFor(request)))
  const body = request.method === "POST" ? await readBytes(request) : undefined
  return new NextRequest(url, { method: request.method, headers, body })
}

function cookiesFor(request: NextRequest): string[] {
  const { sessionToken, callbackUrl, ...flow } = authCookies()
  const names = Object.values(flow).map(({ name }) => name)
  if (request.nextUrl.pathname === `${basePath}/signout`) names.push(sessionToken.name)
  if (isOwnUrl(readCookie(request.headers.get("cookie"), callbackUrl.name))) names.push(callbackUrl.name)
  return names
}

function isOwnUrl(cookieValue: string | null): boolean {
  return cookieValue?.startsWith(encodeURIComponent(`${env().APP_URL}/`)) ?? false
}

/** next-auth's own answer would be "signed out" whenever the database is away. */
async function sessionResponse(request: NextRequest, { currentToken }: Attempt): Promise<Response> {
  if (request.method !== "GET") throw new AppError("method_not_allowed", "The session can only be read.")
  const session = currentToken ? await getSession(currentToken, new Date()) : null
  const { name, email, image } = session?.user ?? {}
  return withoutStore(Response.json(session && { user: { name, email, image }, expires: session.expiresAt }))
}

function withoutStore(response: Response): Response {
  response.headers.set("cache-control", "private, no-store")
  return response
}

/** To the page that explains, with the flow's cookies cleared: the person can only start afresh. */
function failureResponse(attempt: Attempt): Response {
  const { pkceCodeVerifier, state, nonce } = authCookies()
  const headers = new Headers({
    location: failurePath(attempt),
    "cache-control": "private, no-store",
  })
  for (const { name, options } of [pkceCodeVerifier, state, nonce]) {
    headers.append(
      "set-cookie",
      `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${options.secure ? "; Secure" : ""}`,
    )
  }
  return new Response(null, { status: 303, headers })
}

/** The id is that of the request that failed: the one to look for in the log. */
function failurePath(attempt: Attempt): string {
  return `${errorPage}?code=${reportFailure(attempt)}&request_id=${attempt.origin.requestId}`
}

/** Failures in which a provider vouched for somebody: these are worth a row, a stranger cannot make them at will. */
const audited: readonly SignInFailure[] = [
  "account_disabled",
  "account_exists",
  "already_signed_in",
  "email_not_verified",
  "identity_refused",
]

function reportFailure({ failure: error, providerError, origin }: Attempt): SignInFailure {
  const failure = signInFailure(error, providerError)
  log.warn({ err: error, failure, requestId: origin.requestId }, "sign-in failed")
  if (audited.includes(failure)) {
    const actor = { type: "system", id: null } as const
    defer(() =>
      recordAudit(db(), origin, {
        action: "sign_in.refused",
        organizationId: null,
        actor,
        details: { failure },
      }),
    )
  }
  return failure
}

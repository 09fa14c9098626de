import { PrismaAdapter } from "@auth/prisma-adapter"
import NextAuth, { customFetch, type NextAuthConfig } from "next-auth"
import type { Adapter } from "next-auth/adapters"
import type { OAuthConfig } from "next-auth/providers"
import Google, { type GoogleProfile } from "next-auth/providers/google"
import { db } from "../db"
import { env } from "../env"
import { AppError, notFound } from "../errors"
import { type RouteLimits, withinLimits } from "../http/limits"
import { refuseForeignOrigin, requireOwnWindow } from "../http/origin"
import { problemResponse } from "../http/problem"
import { requestSource } from "../http/request-context"
import { needsSameSiteHop, sameSiteHop } from "../http/same-site-hop"
import { log } from "../log"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import { completeLink, createLinkIntent, requireLinkable } from "./account-links"
import type { UserCaller } from "./caller"
import { authCookies, readCookie } from "./cookies"
import {
  countFailedSignIn,
  errorPage,
  type FailedAttempt,
  refuseSignIn,
  reportFailedSignIn,
  tooManyAttemptsPage,
} from "./failed-sign-in"
import { githubEndpoints } from "./github"
import { type Identity, type ProviderId, providerIds } from "./identity"
import { nextAuthPath, reduceRequest } from "./next-auth-request"
import { generateOpaqueToken } from "./opaque-token"
import { signInMethodsPath } from "./paths"
import { providerFetch } from "./provider-fetch"
import { getProvider, type Provider } from "./providers"
import { safeRedirectPath } from "./redirect-path"
import { createSession, endBrowserSession, getSettledSession, signOut } from "./sessions"
import { checkSignIn, createUser, signIn } from "./sign-in"
import { SignInError } from "./sign-in-error"
import { clearCache } from "./sign-out"

// next-auth runs the authorization code flow of the browser: state, nonce, PKCE, the code exchange, the cookies.
// Everything it decides about people is taken over here: our own functions say whose identity it is, our
// adapter writes people and sessions, and next-auth never learns who is signed in, so it can link nobody to
// nobody. Each request gets a configuration of its own, which remembers the first thing that went wrong:
// next-auth itself would turn an outage into "signed out" and every other fault into one error page.

type Attempt = FailedAttempt & {
  /** The session this browser has now; a successful sign-in ends it. */
  currentToken: string | null
  /** What the provider sent back with its answer. */
  state: string | null
  /** Set once the ID token is verified and the person may come in. */
  identity?: Identity
}

// Of next-auth's pages, those that exist here.
const actions = /^\/api\/auth\/(csrf|providers|session|error|(signin|callback)(\/[a-z]+)?|signout)$/

/** The handler of /api/auth/*. */
export function handleNextAuth(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const attempt = newAttempt(request.headers, searchParams)
  const limits: RouteLimits = isAttempt(pathname) ? { ownLimit: "login" } : {}
  return withinLimits(limits, attempt.source, () => answer(request, attempt)).catch((error: unknown) =>
    problemResponse(error, { requestId: attempt.source.requestId }),
  )
}

async function answer(request: Request, attempt: Attempt): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (!actions.test(pathname)) throw notFound()
  if (isAttempt(pathname)) requireOwnWindow(request.headers)
  if (pathname === `${nextAuthPath}/session`) return sessionResponse(request, attempt)
  if (request.method === "POST") refuseForeignOrigin(request.headers)
  // Who is signed in here decides what the provider's answer may do.
  if (pathname.startsWith(`${nextAuthPath}/callback/`) && needsSameSiteHop(request)) return sameSiteHop()
  if (pathname.startsWith(`${nextAuthPath}/signin`)) await requireAttempt(attempt)
  const { GET, POST } = nextAuth(attempt).handlers
  const response = await (request.method === "POST" ? POST : GET)(await reduceRequest(request))
  if (attempt.failure === undefined) {
    if (request.method === "POST" && pathname.endsWith("/signout")) clearCache(response)
    return withoutStore(response)
  }
  // A start has been counted already.
  const isCallback = pathname.startsWith(`${nextAuthPath}/callback`)
  const tooMany = isCallback ? await countFailedSignIn(attempt) : null
  return tooMany ? tooManyAttemptsPage(tooMany, attempt) : refuseSignIn(attempt)
}

function isAttempt(pathname: string): boolean {
  return /\/(signin|callback)/.test(pathname)
}

type Start = {
  provider: ProviderId
  next: string | null
  /** Whom the provider shall let prove anew who they are, rather than pass on an old sign-in of its own. */
  reauthenticate?: { email: string }
}

/**
 * Starts a flow whose answer becomes one more sign-in method of the person; the browser comes back to the list of those.
 * Throws forbidden, step_up_required and conflict.
 */
export async function startLink(caller: UserCaller, headers: Headers, provider: ProviderId): Promise<string> {
  await requireLinkable(caller, provider)
  const url = await startSignIn(headers, { provider, next: signInMethodsPath })
  const state = URL.canParse(url) ? new URL(url).searchParams.get("state") : null
  // Without a state it is the page that says why the flow did not begin.
  if (state) await createLinkIntent(caller, { provider, state })
  return url
}

/** Starts the flow for a page's form and returns where to send the browser: to the provider, or to our error page. */
export async function startSignIn(
  headers: Headers,
  { provider, next, reauthenticate }: Start,
): Promise<string> {
  const attempt = newAttempt(headers)
  const redirectTo = safeRedirectPath(next, env().APP_URL)
  const url: unknown = await requireAttempt(attempt)
    .then(() =>
      nextAuth(attempt).signIn(provider, { redirect: false, redirectTo }, reauthentication(reauthenticate)),
    )
    .catch((error: unknown) => {
      attempt.failure ??= error
    })
  return attempt.failure === undefined && typeof url === "string" ? url : reportFailedSignIn(attempt)
}

/** A sign-in that is begun is a login attempt of its address. Throws rate_limited. */
async function requireAttempt({ source }: Attempt): Promise<void> {
  await requireWithin("login", addressSubject(source.clientAddress))
}

/** OpenID Connect Core 3.1.2.1. A provider that ignores `max_age` returns no `auth_time` either. */
function reauthentication(person: Start["reauthenticate"]): Record<string, string> {
  return person ? { max_age: String(env().STEP_UP_SECONDS), login_hint: person.email } : {}
}

function newAttempt(headers: Headers, answer = new URLSearchParams()): Attempt {
  return {
    providerError: answer.get("error"),
    state: answer.get("state"),
    source: requestSource(headers),
    failure: undefined,
    currentToken: readCookie(headers.get("cookie"), authCookies().sessionToken.name),
  }
}

function nextAuth(attempt: Attempt) {
  // next-auth takes its origin from this variable only; without it, from headers that a client can write.
  process.env.AUTH_URL = env().APP_URL
  return NextAuth(configFor(attempt))
}

function configFor(attempt: Attempt): NextAuthConfig {
  return {
    basePath: nextAuthPath,
    trustHost: true,
    secret: [env().AUTH_SECRET, env().AUTH_SECRET_PREVIOUS].filter((secret) => secret !== undefined),
    useSecureCookies: authCookies().sessionToken.options.secure,
    cookies: authCookies(),
    pages: { signIn: "/sign-in", signOut: "/dashboard", error: errorPage },
    providers: providerIds.flatMap((id) => {
      const provider = getProvider(id)
      return provider ? [providerConfigs[id](provider)] : []
    }),
    session: {
      strategy: "database",
      maxAge: env().SESSION_MAX_SECONDS,
      generateSessionToken: generateOpaqueToken,
    },
    adapter: adapterFor(attempt),
    callbacks: {
      redirect: ({ url }) => new URL(safeRedirectPath(url, env().APP_URL), env().APP_URL).href,
      async signIn({ account }) {
        const identity = await getProvider(account?.provider ?? "")?.identify(account ?? {})
        if (!identity || identity.subject !== account?.providerAccountId)
          throw new SignInError("identity_refused")
        const { source, state, currentToken } = attempt
        if (await completeLink(source, { state, identity, currentToken })) return signInMethodsPath
        await checkSignIn(identity, currentToken)
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

const providerConfigs = { google, github }

function google({ clientId, clientSecret, scope }: Provider): OAuthConfig<GoogleProfile> {
  return Google({
    clientId,
    clientSecret,
    issuer: env().AUTH_GOOGLE_ISSUER,
    checks: ["pkce", "state", "nonce"],
    authorization: { params: { scope } },
    account: () => ({}),
    profile: ({ sub, email }) => ({ id: sub, email }),
    [customFetch]: providerFetch,
  })
}

/** Written out, because next-auth's own asks GitHub's API without any bound. */
function github({ id, name, clientId, clientSecret, scope, identify }: Provider): OAuthConfig<Identity> {
  const { issuer, authorization, token, api } = githubEndpoints()
  return {
    id,
    name,
    type: "oauth",
    issuer,
    authorization: { url: authorization, params: { scope } },
    token,
    userinfo: {
      url: `${api}/user`,
      request: ({ tokens }: { tokens: { access_token?: string } }) => identify(tokens),
    },
    clientId,
    clientSecret,
    client: { token_endpoint_auth_method: "client_secret_post" },
    checks: ["pkce", "state"],
    account: () => ({}),
    profile: ({ subject, email }) => ({ id: subject, email }),
    [customFetch]: providerFetch,
  }
}

/** The official adapter's reads, with every write replaced by one of ours. */
function adapterFor(attempt: Attempt): Adapter {
  const { source } = attempt
  return {
    ...PrismaAdapter(db()),
    createUser: () => createUser(source, verifiedIdentity(attempt)),
    // createUser wrote the account with the person; no other link is ever made here.
    linkAccount: async () => undefined,
    async createSession({ sessionToken, userId }) {
      const identity = verifiedIdentity(attempt)
      const { expiresAt } = await signIn(source, {
        userId,
        identity,
        async open(tx, person) {
          const token = attempt.currentToken
          if (token) await endBrowserSession(tx, source, { token, reason: "replaced" })
          const { userId, organizationId, amr, authTime, providerAuthTime } = person
          const holder = { token: sessionToken }
          return createSession(tx, source, {
            holder,
            userId,
            organizationId,
            amr,
            authTime,
            providerAuthTime,
          })
        },
      })
      return { sessionToken, userId, expires: expiresAt }
    },
    getSessionAndUser: async () => null,
    updateSession: async () => null,
    deleteSession: (token) => signOut(source, token),
  }
}

function verifiedIdentity({ identity }: Attempt): Identity {
  if (!identity) throw new SignInError("identity_refused")
  return identity
}

/** next-auth's own answer would be "signed out" whenever the database is away. */
async function sessionResponse(request: Request, { currentToken }: Attempt): Promise<Response> {
  if (request.method === "POST")
    throw new AppError("method_not_allowed", "The session can only be read.", { allow: ["GET", "HEAD"] })
  const session = currentToken ? await getSettledSession(currentToken) : null
  const { name, email, image } = session?.user ?? {}
  return withoutStore(Response.json(session && { user: { name, email, image }, expires: session.expiresAt }))
}

function withoutStore(response: Response): Response {
  response.headers.set("cache-control", "private, no-store")
  return response
}

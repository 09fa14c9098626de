import { env } from "../env"
import { AppError, notFound } from "../errors"
import { json } from "../http/json"
import { oauthErrorResponse, oauthRoute } from "../http/oauth-route"
import { isForeign } from "../http/origin"
import { cookieLine, expiredCookie, loginCookie, readCookie, staleLoginCookies } from "./cookies"
import {
  countFailedSignIn,
  explain,
  type FailedAttempt,
  reportFailedSignIn,
  tooManyAttemptsPage,
} from "./failed-sign-in"
import {
  type ClaimedFlow,
  claimFlow,
  finishLogin,
  LOGIN_EXPIRES_IN,
  type LoginResult,
  startLogin,
} from "./login"
import { callbackQuerySchema, loginQuerySchema, providerParamsSchema } from "./login.schema"
import { readLoginRequest } from "./login-request"
import { OAuthError, type OAuthErrorCode } from "./oauth-error"
import { secondFactorPage } from "./paths"
import { getProvider, type Provider } from "./providers"
import { SignInError, type SignInFailure } from "./sign-in-error"
import { signInFailure } from "./sign-in-failure"

// The two addresses of a sign-in over the API that a browser visits. Beginning one hands out a cookie; the
// provider's answer is taken only together with it. Whatever goes wrong after the flow is known is told to the
// program that began it; before that, to the person in front of the browser, or in JSON to who asked for JSON.

/** GET …/login: to the provider, or with `Accept: application/json` its address. */
export const login = oauthRoute(
  { params: providerParamsSchema, input: loginQuerySchema, limit: "login", inOwnWindow: true },
  async ({ request, params, input }) => {
    const provider = requireProvider(params.provider)
    const loginRequest = readLoginRequest(input)
    refuseForeignStart(request.headers, loginRequest.redirectUri)
    const { redirectUrl, state, browserToken } = await startLogin(provider, loginRequest).catch((error) => {
      throw error instanceof SignInError ? didNotAnswer(provider, error) : error
    })
    const response = prefersJson(request)
      ? json({ redirectUrl, expiresIn: LOGIN_EXPIRES_IN })
      : redirect(302, redirectUrl)
    for (const cookie of staleLoginCookies(request.headers.get("cookie"))) {
      response.headers.append("set-cookie", expiredCookie(cookie))
    }
    response.headers.append("set-cookie", cookieLine(loginCookie(state), browserToken, LOGIN_EXPIRES_IN))
    return response
  },
)

/** GET …/callback: where the provider sends the browser back to. */
export const loginCallback = oauthRoute(
  { params: providerParamsSchema, input: callbackQuerySchema, ownLimit: "login", inOwnWindow: true },
  async ({ request, source, params, input }) => {
    const provider = requireProvider(params.provider)
    const { state = "", error: providerError = null } = input
    const attempt = { source, providerError, failure: undefined }
    const browserToken = readCookie(request.headers.get("cookie"), loginCookie(state).name)
    const flow =
      browserToken === null
        ? null
        : await claimFlow(provider, { state, browserToken }).catch((failure: unknown) =>
            explainInBrowser(request, { ...attempt, failure }),
          )
    if (flow instanceof Response) return flow
    if (!flow) return refuse(request, { ...attempt, failure: new SignInError("flow_expired") }, null)

    const answer = new URL(request.url).searchParams
    const result = await finishLogin(source, flow, { provider, answer }).catch((failure: unknown) =>
      refuse(request, { ...attempt, failure }, flow),
    )
    // The cookie says in whose browser the second factor is given.
    if (!(result instanceof Response) && result.type === "held") return askSecondFactor(request, state)
    const response = result instanceof Response ? result : succeed(result)
    response.headers.append("set-cookie", expiredCookie(loginCookie(state)))
    return response
  },
)

function requireProvider(id: string): Provider {
  const provider = getProvider(id)
  if (!provider) throw notFound()
  return provider
}

/** A person is led to the page; a program that asked for JSON is told its address (OpenID Connect Core 3.1.2.6). */
function askSecondFactor(request: Request, state: string): Response {
  const page = `${env().APP_URL}${secondFactorPage}?login=${state}`
  if (!prefersJson(request)) return redirect(303, page)
  const error_description =
    "A second factor is needed: give it at POST /api/v1/auth/second-factor, or open error_uri."
  const body = { error: "interaction_required", error_description, error_uri: page }
  return Response.json(body, { status: 400, headers: { "cache-control": "no-store" } })
}

function succeed(result: Exclude<LoginResult, { type: "held" }>): Response {
  if (result.type === "tokens") return json(result.tokens, { headers: { "cache-control": "no-store" } })
  return redirect(303, returnAddress(result, { code: result.code }))
}

type ReturnAddress = { redirectUri: string; clientState: string | null }

/** Where the program awaits its answer, with what RFC 6749 section 4.1.2 and RFC 9207 add. */
export function returnAddress(
  { redirectUri, clientState }: ReturnAddress,
  answer: Record<string, string>,
): string {
  const parameters = new URLSearchParams({
    ...answer,
    ...(clientState === null ? {} : { state: clientState }),
    iss: env().APP_URL,
  })
  // RFC 6749 section 3.1.2: a query that the redirect URI has is kept.
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${parameters}`
}

/** The page that explains, for a browser; a program is told what is thrown. */
function explainInBrowser(request: Request, attempt: FailedAttempt): Response {
  if (!prefersPage(request)) throw attempt.failure
  return explain(attempt)
}

/** Tells whoever can do something about it. */
async function refuse(request: Request, attempt: FailedAttempt, flow: ClaimedFlow | null): Promise<Response> {
  const failure = signInFailure(attempt.failure, attempt.providerError)
  const tooMany = await countFailedSignIn(attempt)
  if (tooMany) {
    return prefersPage(request)
      ? tooManyAttemptsPage(tooMany, attempt)
      : oauthErrorResponse(tooMany, attempt.source.requestId)
  }
  if (!flow?.redirectUri && prefersPage(request)) return explain(attempt)
  reportFailedSignIn(attempt)
  const refusal = new OAuthError(answers[failure], describe(failure))
  if (flow?.redirectUri) {
    const { redirectUri, clientState } = flow
    const error = { error: refusal.code, error_description: refusal.message }
    return redirect(303, returnAddress({ redirectUri, clientState }, error))
  }
  return oauthErrorResponse(refusal, attempt.source.requestId)
}

const answers: Record<SignInFailure, OAuthErrorCode> = {
  access_denied: "access_denied",
  flow_expired: "access_denied",
  account_exists: "access_denied",
  already_signed_in: "access_denied",
  identity_in_use: "access_denied",
  identity_refused: "access_denied",
  email_not_verified: "access_denied",
  account_disabled: "access_denied",
  rate_limited: "rate_limited",
  provider_unavailable: "temporarily_unavailable",
  unavailable: "temporarily_unavailable",
  // Also what a provider says that no provider should.
  sign_in_failed: "access_denied",
}

function describe(failure: SignInFailure): string {
  return failure === "flow_expired"
    ? "flow_expired: this sign-in has ended or was begun in another browser. Start again."
    : `${failure}: the sign-in was not completed.`
}

function didNotAnswer({ name }: Provider, cause: SignInError): AppError {
  return new AppError("unavailable", `${name} did not answer. Try again shortly.`, { cause })
}

/** By the Fetch Metadata that browsers send; programs that are none send nothing. */
function refuseForeignStart(headers: Headers, redirectUri: string | null): void {
  // Nobody else's page may begin a sign-in whose tokens stay in this browser.
  if (redirectUri === null && isForeign(headers))
    throw new AppError("origin_not_allowed", "This sign-in can be begun only from the app's own pages.")
}

function prefersJson(request: Request): boolean {
  return !prefersPage(request) && accepts(request, "application/json")
}

function prefersPage(request: Request): boolean {
  return accepts(request, "text/html")
}

function accepts({ headers }: Request, mediaType: string): boolean {
  return headers.get("accept")?.includes(mediaType) ?? false
}

function redirect(status: 302 | 303, location: string): Response {
  return new Response(null, { status, headers: { location } })
}

import { z } from "zod"
import { camelKeys } from "../case"
import { env } from "../env"
import { AppError, notFound } from "../errors"
import { json } from "../http/json"
import { oauthErrorResponse, oauthRoute } from "../http/oauth-route"
import { text } from "../input"
import { cookieLine, expiredCookie, loginCookie, readCookie, staleLoginCookies } from "./cookies"
import { type FailedAttempt, reportFailedSignIn } from "./failed-sign-in"
import {
  claimFlow,
  finishLogin,
  LOGIN_EXPIRES_IN,
  type LoginFlow,
  type LoginResult,
  startLogin,
} from "./login"
import { readLoginRequest } from "./login-request"
import { OAuthError } from "./oauth-error"
import { getProvider, type Provider } from "./providers"
import { SignInError, type SignInFailure } from "./sign-in-error"
import { signInFailure } from "./sign-in-failure"

// The two addresses of a sign-in over the API that a browser visits. Beginning one hands out a cookie; the
// provider's answer is taken only together with it. Whatever goes wrong after the flow is known is told to the
// program that began it; before that, to the person in front of the browser, or in JSON to who asked for JSON.

export const providerParams = z.object({ provider: z.enum(["google", "github"]) })

export const loginQuery = z
  .object({
    client_id: text(100).optional(),
    redirect_uri: text(500).optional(),
    response_type: text(50).optional(),
    code_challenge: text(200).optional(),
    code_challenge_method: text(50).optional(),
    state: text(2000).optional(),
    scope: text(1000).optional(),
  })
  .transform(camelKeys)

/** GET …/login: to the provider, or with `Accept: application/json` its address. */
export const login = oauthRoute(
  { params: providerParams, input: loginQuery },
  async ({ request, params, input }) => {
    const provider = requireProvider(params.provider)
    const loginRequest = readLoginRequest(input)
    // Nobody else's page may begin a sign-in whose tokens stay in this browser.
    if (loginRequest.redirectUri === null) refuseOtherSites(request.headers)
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

/** What the provider adds of its own is left alone. */
export const callbackQuery = z.looseObject({ state: text(200).optional(), error: text(5000).optional() })

/** GET …/callback: where the provider sends the browser back to. */
export const loginCallback = oauthRoute(
  { params: providerParams, input: callbackQuery },
  async ({ request, source, params, input }) => {
    const provider = requireProvider(params.provider)
    const { state = "", error: providerError = null } = input
    const attempt = { source, providerError, failure: undefined }
    const browserToken = readCookie(request.headers.get("cookie"), loginCookie(state).name)
    const flow = browserToken === null ? null : await claimFlow(provider, { state, browserToken })
    if (!flow) return refuse(request, { ...attempt, failure: new SignInError("flow_expired") }, null)

    const answer = new URL(request.url).searchParams
    const response = await finishLogin(source, flow, { provider, answer }).then(
      (result) => succeed(flow, result),
      (failure: unknown) => refuse(request, { ...attempt, failure }, flow),
    )
    response.headers.append("set-cookie", expiredCookie(loginCookie(state)))
    return response
  },
)

function requireProvider(id: string): Provider {
  const provider = getProvider(id)
  if (!provider) throw notFound()
  return provider
}

function succeed(flow: LoginFlow, result: LoginResult): Response {
  if (result.type === "tokens") return json(result.tokens, { headers: { "cache-control": "no-store" } })
  return toClient(flow, { code: result.code })
}

/** Back to the program, with what RFC 6749 section 4.1.2 and RFC 9207 add. */
function toClient({ redirectUri, clientState }: LoginFlow, answer: Record<string, string>): Response {
  const parameters = new URLSearchParams({
    ...answer,
    ...(clientState === null ? {} : { state: clientState }),
    iss: env().APP_URL,
  })
  return redirect(303, `${redirectUri}?${parameters}`)
}

/** Tells whoever can do something about it. */
function refuse(request: Request, attempt: FailedAttempt, flow: LoginFlow | null): Response {
  const failure = signInFailure(attempt.failure, attempt.providerError)
  const page = reportFailedSignIn(attempt)
  if (flow?.redirectUri) {
    const [error, error_description] = [errorCode(failure), describe(failure)]
    return toClient(flow, { error, error_description })
  }
  if (!prefersJson(request) && request.headers.get("accept")?.includes("text/html"))
    return redirect(303, page)
  return oauthErrorResponse(errorOf(failure), attempt.source.requestId)
}

function errorOf(failure: SignInFailure): Error {
  if (isOutage(failure)) return new AppError("unavailable", describe(failure))
  return new OAuthError(failure === "flow_expired" ? "invalid_request" : "access_denied", describe(failure))
}

/** RFC 6749 section 4.1.2.1. */
function errorCode(failure: SignInFailure): string {
  if (isOutage(failure)) return "temporarily_unavailable"
  return failure === "sign_in_failed" ? "server_error" : "access_denied"
}

function isOutage(failure: SignInFailure): boolean {
  return failure === "unavailable" || failure === "provider_unavailable"
}

function describe(failure: SignInFailure): string {
  return failure === "flow_expired"
    ? "flow_expired: this sign-in has ended or was begun in another browser. Start again."
    : `${failure}: the sign-in was not completed.`
}

function didNotAnswer({ name }: Provider, cause: SignInError): AppError {
  return new AppError("unavailable", `${name} did not answer. Try again shortly.`, { cause })
}

function refuseOtherSites(headers: Headers): void {
  if (["same-site", "cross-site"].includes(headers.get("sec-fetch-site") ?? ""))
    throw new AppError("origin_not_allowed", "This sign-in can be begun only from the app's own pages.")
}

function prefersJson(request: Request): boolean {
  const accept = request.headers.get("accept") ?? ""
  return accept.includes("application/json") && !accept.includes("text/html")
}

function redirect(status: 302 | 303, location: string): Response {
  return new Response(null, { status, headers: { location } })
}

import { currentTime } from "../clock"
import { AppError } from "../errors"
import { json } from "../http/json"
import { refuseForeignOrigin } from "../http/origin"
import { requestSource } from "../http/request-context"
import { route } from "../http/route"
import { authCookies, cookieLine, expiredCookie, loginCookie, readCookie } from "./cookies"
import { finishHeldLogin } from "./login"
import { returnAddress } from "./login-endpoints"
import { heldLoginSchema, stepUpSchema } from "./second-factor.schema"
import { stepUp } from "./step-up-session"

// Second factors over HTTP: to step a sign-in up, and to finish one of a program that awaits it.

/** POST /api/v1/auth/step-up: with an access token, or from our own pages. A browser gets a new cookie. */
export const stepUpRoute = route(
  { caller: "person", body: stepUpSchema, ownLimit: "login" },
  async ({ caller, body }) => {
    const { method, until, cookie } = await stepUp(caller, { type: "code", code: body.code })
    const response = json({ method, expiresAt: until })
    if (cookie) {
      const maxAge = Math.floor((cookie.expiresAt.getTime() - currentTime().getTime()) / 1000)
      response.headers.append("set-cookie", cookieLine(authCookies().sessionToken, cookie.token, maxAge))
    }
    return response
  },
)

/**
 * POST /api/v1/auth/second-factor: from the browser that began the sign-in. `redirect_url` is where a program awaits
 * its code; in the plain flow the tokens are the answer.
 */
export const heldLoginRoute = route(
  { caller: "anyone", body: heldLoginSchema, ownLimit: "login" },
  async ({ request, body }) => {
    refuseForeignOrigin(request.headers)
    const { state, attempt } = body
    const browserToken = readCookie(request.headers.get("cookie"), loginCookie(state).name)
    if (browserToken === null)
      throw new AppError("conflict", "This sign-in has ended or was begun in another browser. Start again.")
    const result = await finishHeldLogin(requestSource(request.headers), { state, browserToken }, attempt)
    const response =
      result.type === "tokens"
        ? json(result.tokens, { headers: { "cache-control": "no-store" } })
        : json({ redirectUrl: returnAddress(result, { code: result.code }) })
    response.headers.append("set-cookie", expiredCookie(loginCookie(state)))
    return response
  },
)

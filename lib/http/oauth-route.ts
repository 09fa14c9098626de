import type { z } from "zod"
import { clientOrigins } from "../auth/clients"
import { OAuthError, type OAuthErrorCode, oauthErrorCode } from "../auth/oauth-error"
import { AppError, RETRY_AFTER_SECONDS } from "../errors"
import { givenParameters, readParameters } from "./body"
import { parseInput } from "./input"
import { type RouteLimits, withinLimits } from "./limits"
import { requireOwnWindow } from "./origin"
import { publicError } from "./problem"
import { setRateLimitHeaders } from "./rate-limit-headers"
import { type RequestSource, requestSource } from "./request-context"
import { type Handler, parsePath, resource, withDefaults } from "./route"

// The entry of OAuth's endpoints. They differ from the rest of the API as their RFCs want it: no caller but what
// the parameters prove, forms as well as JSON, errors as RFC 6749 section 5.2 has them, and, for the token
// endpoints alone, browsers on the origins of registered clients.

type Options<Params, Input> = {
  params?: z.ZodType<Params>
  /** Of the query of a GET, of the body of a POST. */
  input: z.ZodType<Input>
  /** For what a person visits: anything else that a browser fetches is refused, and counts as nothing. */
  inOwnWindow?: boolean
} & RouteLimits

type Work<Params, Input> = (call: {
  request: Request
  source: RequestSource
  params: Params
  input: Input
}) => Promise<Response>

/** Builds a handler from what it takes and what it does. */
export function oauthRoute<I, P = undefined>(options: Options<P, I>, work: Work<P, I>): Handler {
  return async (request, context) => {
    const source = requestSource(request.headers)
    const refuse = (error: unknown) =>
      withDefaults(oauthErrorResponse(error, source.requestId), source.requestId)
    const answer = async () => {
      const params = options.params ? parsePath(options.params, await context.params) : (undefined as P)
      const input = parseInput(options.input, await given(request))
      return withDefaults(await work({ request, source, params, input }), source.requestId)
    }
    try {
      if (options.inOwnWindow) requireOwnWindow(request.headers)
      return await withinLimits(options, source, () => answer().catch(refuse))
    } catch (error) {
      return refuse(error)
    }
  }
}

async function given(request: Request): Promise<unknown> {
  // Next runs the GET for a HEAD, which would begin or end a sign-in and throw away what came of it.
  if (request.method === "HEAD")
    throw new AppError("method_not_allowed", "HEAD is not supported here.", { allow: ["GET"] })
  return request.method === "GET"
    ? givenParameters(new URL(request.url).searchParams)
    : readParameters(request)
}

/** The handlers of a token endpoint: POST alone, from programs and from the web origins of our clients. */
export function tokenEndpoint<I>(options: Options<undefined, I>, work: Work<undefined, I>) {
  const POST = oauthRoute(options, work)
  const handlers = resource({ POST })
  return {
    ...handlers,
    POST: withCors(POST),
    OPTIONS: withCors(handlers.OPTIONS),
  }
}

function withCors(handler: Handler): Handler {
  return async (request, context) => {
    const response = await handler(request, context)
    response.headers.append("vary", "origin")
    const origin = request.headers.get("origin")
    if (origin === null || !clientOrigins.includes(origin)) return response
    response.headers.set("access-control-allow-origin", origin)
    if (request.method === "OPTIONS") {
      response.headers.set("access-control-allow-methods", "POST")
      response.headers.set("access-control-allow-headers", "content-type")
      response.headers.set("access-control-max-age", "600")
    } else {
      response.headers.set("access-control-expose-headers", EXPOSED_HEADERS)
    }
    return response
  }
}

const EXPOSED_HEADERS = "x-request-id, retry-after, ratelimit, ratelimit-policy"

/** The one mapping of errors for these endpoints. 503 for an outage: nothing was lost, the same call works later. */
export function oauthErrorResponse(error: unknown, requestId: string): Response {
  if (error instanceof OAuthError) return answer(error.status, error.code, error.message)
  const known = publicError(error, requestId)
  const faults = (known.faults ?? []).map(({ path, message }) => `${path} ${message}`)
  const description = [known.message, ...faults].join(" ")
  const response = answer(known.status, oauthErrorCode(known.code), description)
  if (known.allow) response.headers.set("allow", known.allow.join(", "))
  if (known.retryAfterSeconds) response.headers.set("retry-after", String(known.retryAfterSeconds))
  if (known.quota) setRateLimitHeaders(response.headers, known.quota)
  return response
}

function answer(status: number, error: OAuthErrorCode, description: string): Response {
  // RFC 6749 section 5.2: printable ASCII without quotes and backslashes.
  const error_description = description.replace(/[^\x20-\x7e]|["\\]/g, "'")
  const headers = new Headers({ "cache-control": "no-store" })
  if (status === 503) headers.set("retry-after", String(RETRY_AFTER_SECONDS))
  return Response.json({ error, error_description }, { status, headers })
}

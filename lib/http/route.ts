import type { z } from "zod"
import {
  type Caller,
  type PendingCaller,
  requireCaller,
  requirePerson,
  type UserCaller,
} from "../auth/caller"
import { sendsCredential } from "../auth/credentials"
import { AppError, notFound } from "../errors"
import { readJson, readParameters, uniqueParameters } from "./body"
import { recordDenial } from "./denial"
import { parseInput } from "./input"
import { type RouteLimits, withinLimits } from "./limits"
import { logKeyUse } from "./log-key-use"
import { problemResponse } from "./problem"
import { requestSource } from "./request-context"
import { closedPolicy } from "./security-headers"

// The entry of every API call, in five steps: request id, caller, input, handler, one mapping for what is
// thrown. Handlers are functions of the web platform, (Request) => Response, and know no framework: any
// listener can call them. Who may do what is not decided here but in the verb the handler calls.

export type Handler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>

type RouteOptions<Params, Query, Body> = {
  /**
   * Default: a signed-in person or an API key. `user` refuses keys, `person` too but takes somebody whose second factor is
   * awaited, `anyone` asks for no credential.
   */
  caller?: WhoCalls
  /** A path that does not fit is a path where nothing is: 404. */
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** The body may be a form too, as OAuth's clients send it. */
  form?: true
} & RouteLimits

type WhoCalls = "user" | "person" | "any" | "anyone"

type Work<Who, Params, Query, Body> = (input: {
  request: Request
  caller: Who
  params: Params
  query: Query
  body: Body
}) => Promise<Response> | Response

/** Builds a handler from what it takes and what it does. */
export function route<P = undefined, Q = undefined, B = undefined>(
  options: RouteOptions<P, Q, B> & { caller: "user" },
  work: Work<UserCaller, P, Q, B>,
): Handler
export function route<P = undefined, Q = undefined, B = undefined>(
  options: RouteOptions<P, Q, B> & { caller: "person" },
  work: Work<UserCaller | PendingCaller, P, Q, B>,
): Handler
export function route<P = undefined, Q = undefined, B = undefined>(
  options: RouteOptions<P, Q, B> & { caller: "anyone" },
  work: Work<null, P, Q, B>,
): Handler
export function route<P = undefined, Q = undefined, B = undefined>(
  options: RouteOptions<P, Q, B> & { caller?: "any" },
  work: Work<Caller, P, Q, B>,
): Handler
export function route<P, Q, B>(options: RouteOptions<P, Q, B>, work: Work<never, P, Q, B>): Handler {
  return logKeyUse(async (request, context) => {
    const source = requestSource(request.headers)
    const { requestId } = source
    let known: Caller | PendingCaller | null = null
    const answer = async () => {
      known = await callerFor(request, options.caller ?? "any")
      const caller = known as never
      const params = options.params ? parsePath(options.params, await context.params) : (undefined as P)
      const query = options.query ? parseInput(options.query, queryOf(request)) : (undefined as Q)
      const read = options.form ? readParameters : readJson
      const body = options.body ? parseInput(options.body, await read(request)) : (undefined as B)
      return withDefaults(await work({ request, caller, params, query, body }), requestId)
    }
    const refuse = (error: unknown) => {
      recordDenial(
        error,
        known?.type === "pending_user" ? null : known,
        `${request.method} ${new URL(request.url).pathname}`,
      )
      const credentialSent = sendsCredential(request.headers)
      return withDefaults(problemResponse(error, { requestId, credentialSent }), requestId)
    }
    return withinLimits(options, source, () => answer().catch(refuse)).catch(refuse)
  })
}

async function callerFor(request: Request, who: WhoCalls): Promise<Caller | PendingCaller | null> {
  if (who === "anyone") return null
  if (who === "person") return requirePerson(request)
  const caller = await requireCaller(request)
  if (who === "user" && caller.type !== "user") {
    throw new AppError("forbidden", "An API key can never do this. Sign in as a person.")
  }
  return caller
}

/** What a person or a key was answered is for nobody else, and for no cache. */
export function withDefaults(answer: Response, requestId: string): Response {
  // A copy, because what fetch() returned, say from a model, has headers that cannot be changed.
  const response = new Response(answer.body, answer)
  response.headers.set("x-request-id", requestId)
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-store")
  response.headers.set("content-security-policy", closedPolicy)
  return response
}

/** The path's parameters. Throws not_found for what does not fit. */
export function parsePath<Output>(schema: z.ZodType<Output>, params: unknown): Output {
  const result = schema.safeParse(params)
  if (result.success) return result.data
  throw notFound()
}

function queryOf(request: Request): Record<string, string> {
  return uniqueParameters(new URL(request.url).searchParams)
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
const methods: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"]

/**
 * The handlers of one path: 405 for the methods it does not have, and OPTIONS that names those it has. A GET answers
 * HEAD too, unless it refuses that itself.
 */
export function resource(
  handlers: Partial<Record<Method, Handler>>,
  { hasHead = true } = {},
): Record<Method | "OPTIONS", Handler> {
  const allow = methods
    .filter((method) => handlers[method])
    .flatMap((method) => (method === "GET" && hasHead ? ["GET", "HEAD"] : [method]))
  const refuse = route({ caller: "anyone" }, ({ request }) => {
    throw new AppError("method_not_allowed", `${request.method} is not supported here.`, { allow })
  })
  const OPTIONS = route(
    { caller: "anyone" },
    () => new Response(null, { status: 204, headers: { allow: allow.join(", ") } }),
  )
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse, OPTIONS, ...handlers }
}

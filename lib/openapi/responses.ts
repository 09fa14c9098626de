import { z } from "zod"
import type { ZodOpenApiRequestBodyObject, ZodOpenApiResponseObject } from "zod-openapi"
import { type ErrorCode, errorTable } from "../errors"

const requestId = z.string().meta({
  header: { id: "X-Request-Id", description: "Names this request in the logs. Quote it in reports." },
})
const challenge = z.string().meta({
  header: {
    id: "WWW-Authenticate",
    description:
      'RFC 6750: `error="invalid_token"` when a credential was sent and is not valid. RFC 9470: `error="insufficient_user_authentication"` and `max_age` when the sign-in must be fresher or stronger.',
  },
})
const scopeChallenge = z
  .string()
  .optional()
  .meta({
    header: {
      description: 'RFC 6750: `error="insufficient_scope"` and the `scope` that the access token lacks.',
    },
  })
const allow = z
  .string()
  .meta({ header: { id: "Allow", description: "The methods of this path, such as `GET, POST`." } })
const location = z.string().meta({ header: { id: "Location", description: "Where to go." } })
const retryAfter = z
  .string()
  .regex(/^\d+$/)
  .meta({ header: { id: "Retry-After", description: "Whole seconds to wait before the next try." } })

const rateLimit = z
  .string()
  .optional()
  .meta({
    header: {
      id: "RateLimit",
      description:
        'Of every limited call: `"api_key";r=119;t=60` says that 119 calls are left, and in how many seconds one more is allowed.',
    },
  })
const rateLimitPolicy = z
  .string()
  .optional()
  .meta({
    header: {
      id: "RateLimit-Policy",
      description:
        'Of every limited call: `"api_key";q=120;w=60` says 120 calls in any 60 seconds, of which kind the name says.',
    },
  })

const statusHeaders: Record<number, Record<string, z.ZodType>> = {
  401: { "WWW-Authenticate": challenge },
  405: { Allow: allow },
  429: { "Retry-After": retryAfter },
  503: { "Retry-After": retryAfter },
}

/** A moment in an answer. */
export const time = () => z.iso.datetime()

/** The headers of every answer of that status. */
export function headersOf(status: number) {
  return z.object({
    "X-Request-Id": requestId,
    RateLimit: rateLimit,
    "RateLimit-Policy": rateLimitPolicy,
    ...statusHeaders[status],
  })
}

const problemSchema = z
  .object({
    type: z.url().describe("The page that explains the code."),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What happened this time, for people."),
    code: z.enum(Object.keys(errorTable) as [ErrorCode]).describe("What programs branch on. Never renamed."),
    request_id: z.string().describe("The same as `X-Request-Id`."),
    errors: z
      .array(
        z.object({ path: z.string().describe("`scopes.0`; empty for the whole body."), message: z.string() }),
      )
      .optional()
      .describe("With `invalid_input`: each faulty field."),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details." })

/** What every call with a credential can meet. */
export const everyCall: ErrorCode[] = [
  "ambiguous_credentials",
  "unauthenticated",
  "insufficient_user_authentication",
  "second_factor_required",
  "forbidden",
  "address_not_allowed",
  "rate_limited",
  "internal",
  "unavailable",
]

/** What every body can meet before it is parsed. */
export const everyBody: ErrorCode[] = ["request_timeout", "payload_too_large", "unsupported_media_type"]

/** The answers to the errors an operation can meet, one for each status; its examples name the codes. */
export function problems(...listed: ErrorCode[]): Record<number, ZodOpenApiResponseObject> {
  const codes = [...new Set(listed)]
  const statuses = [...new Set(codes.map(statusOf))].sort()
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      problem(
        status,
        codes.filter((code) => statusOf(code) === status),
      ),
    ]),
  )
}

function statusOf(code: ErrorCode): number {
  return errorTable[code].status
}

/** The answer to errors of one status. */
export function problem(status: number, codes: ErrorCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `${errorTable[code].title} (\`${code}\`).`).join(" "),
    headers: codes.includes("forbidden")
      ? headersOf(status).extend({ "WWW-Authenticate": scopeChallenge })
      : headersOf(status),
    content: {
      "application/problem+json": {
        schema: problemSchema,
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }])),
      },
    },
  }
}

function exampleProblem(code: ErrorCode): z.infer<typeof problemSchema> {
  const { status, title, remedy } = errorTable[code]
  return {
    type: `https://app.example.com/docs/errors#${code}`,
    title,
    status,
    detail: remedy,
    code,
    request_id: "0b8f6d0e-52c7-4f0e-9a55-3f7c1f0f6a11",
    ...(code === "invalid_input" ? { errors: [{ path: "name", message: "is required" }] } : {}),
  }
}

type Headers = Record<string, z.ZodType>

/** An answer in JSON. */
export function jsonResponse(
  status: number,
  content: { description: string; schema: z.ZodType; example?: unknown; headers?: Headers },
): Record<number, ZodOpenApiResponseObject> {
  const { description, headers = {}, ...media } = content
  return {
    [status]: {
      description,
      headers: headersOf(status).extend(headers),
      content: { "application/json": media },
    },
  }
}

/** An answer that sends a browser elsewhere. */
export function redirectResponse(
  status: 302 | 303,
  { description, headers = {} }: { description: string; headers?: Headers },
): Record<number, ZodOpenApiResponseObject> {
  return { [status]: { description, headers: headersOf(status).extend({ Location: location, ...headers }) } }
}

/** One page of a list. */
export function pageOf(item: z.ZodType) {
  return z.object({
    data: z.array(item),
    has_more: z.boolean(),
    next_cursor: z.string().nullable().describe("The `cursor` of the next page."),
  })
}

/** The body that a schema parses; required unless the schema takes a call without one. */
export function jsonBody(schema: z.ZodType, example: unknown): ZodOpenApiRequestBodyObject {
  const required = !schema.safeParse(undefined).success
  return { required, content: { "application/json": { schema, example } } }
}

/** The same for OAuth's endpoints, which take a form too. */
export function formOrJsonBody(schema: z.ZodType, example: unknown): ZodOpenApiRequestBodyObject {
  const media = { schema, example }
  return {
    required: true,
    content: { "application/x-www-form-urlencoded": media, "application/json": media },
  }
}

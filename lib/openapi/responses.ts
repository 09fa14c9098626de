import { z } from "zod"
import type { ZodOpenApiRequestBodyObject, ZodOpenApiResponseObject } from "zod-openapi"
import { type ErrorCode, errorTable } from "../errors"

const requestId = z.string().meta({
  header: { id: "X-Request-Id", description: "Names this request in the logs. Quote it in reports." },
})
const challenge = z.string().meta({
  header: {
    id: "WWW-Authenticate",
    description: 'RFC 6750: `error="invalid_token"` when a credential was sent and is not valid.',
  },
})
const allow = z
  .string()
  .meta({ header: { id: "Allow", description: "The methods of this path, such as `GET, POST`." } })
const retryAfter = z
  .string()
  .regex(/^\d+$/)
  .meta({ header: { id: "Retry-After", description: "Whole seconds to wait before the next try." } })

const statusHeaders: Record<number, Record<string, z.ZodType>> = {
  401: { "WWW-Authenticate": challenge },
  405: { Allow: allow },
  503: { "Retry-After": retryAfter },
}

/** The headers of every answer of that status. */
function headersOf(status: number) {
  return z.object({ "X-Request-Id": requestId, ...statusHeaders[status] })
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

/** The answers to the errors an operation can meet, one for each status; its examples name the codes. */
export function problems(...codes: ErrorCode[]): Record<number, ZodOpenApiResponseObject> {
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
    headers: headersOf(status),
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

/** An answer in JSON. */
export function jsonResponse(
  status: number,
  content: { description: string; schema: z.ZodType; example?: unknown },
): Record<number, ZodOpenApiResponseObject> {
  const { description, ...media } = content
  return { [status]: { description, headers: headersOf(status), content: { "application/json": media } } }
}

/** The body that a schema parses; required unless the schema takes a call without one. */
export function jsonBody(schema: z.ZodType, example: unknown): ZodOpenApiRequestBodyObject {
  const required = !schema.safeParse(undefined).success
  return { required, content: { "application/json": { schema, example } } }
}

import { z } from "zod"
import type { ZodOpenApiResponseObject } from "zod-openapi"
import { type OAuthErrorCode, oauthErrorCode, oauthErrorTable } from "../auth/oauth-error"
import { type ErrorCode, errorTable } from "../errors"
import { headersOf } from "./responses"

const oauthErrorSchema = z
  .object({
    error: z
      .enum(Object.keys(oauthErrorTable) as [OAuthErrorCode])
      .describe("What programs branch on. Never renamed."),
    error_description: z
      .string()
      .regex(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      .describe("What happened this time, for the client's developer."),
    error_uri: z.url().optional().describe("With `interaction_required`: the page that takes it."),
  })
  .meta({ id: "OAuthError", description: "RFC 6749 section 5.2." })

/** The answers to the errors of an OAuth endpoint: its refusals with 400, and what any endpoint can meet. */
export function oauthErrors(
  refusals: OAuthErrorCode[],
  faults: ErrorCode[],
): Record<number, ZodOpenApiResponseObject> {
  const refused = refusals.map((code) => ({ code, title: oauthErrorTable[code].title }))
  const others = faults.map((fault) => {
    const { status, title } = errorTable[fault]
    return [status, oauthError(status, [{ code: oauthErrorCode(fault), title }])]
  })
  return { 400: oauthError(400, refused), ...Object.fromEntries(others) }
}

function oauthError(
  status: number,
  errors: { code: OAuthErrorCode; title: string }[],
): ZodOpenApiResponseObject {
  const examples = errors.map(({ code, title }) => [
    code,
    { value: { error: code, error_description: `${title}.` } },
  ])
  return {
    description: errors.map(({ code, title }) => `${title} (\`${code}\`).`).join(" "),
    headers: headersOf(status),
    content: { "application/json": { schema: oauthErrorSchema, examples: Object.fromEntries(examples) } },
  }
}

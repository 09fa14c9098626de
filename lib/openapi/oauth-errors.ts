import { z } from "zod"
import type { ZodOpenApiResponseObject } from "zod-openapi"
import type { OAuthErrorCode } from "../auth/oauth-error"
import { type ErrorCode, errorTable } from "../errors"
import { headersOf } from "./responses"

type AnsweredCode = OAuthErrorCode | "server_error" | "temporarily_unavailable"

/** What each `error` of the OAuth endpoints means, and what helps. */
export const oauthErrorTable: Record<AnsweredCode, { title: string; remedy: string }> = {
  invalid_request: {
    title: "The request cannot be taken as it is",
    remedy: "Correct it as `error_description` says.",
  },
  invalid_client: { title: "Unknown client", remedy: "Send the `client_id` of a registered client." },
  invalid_grant: {
    title: "The code or token is not valid, has expired or was used before",
    remedy: "Sign in again. Trying once more with the same one does not help.",
  },
  invalid_scope: {
    title: "More than was granted",
    remedy: "Ask for a part of the scope that was granted, or leave `scope` out.",
  },
  unsupported_grant_type: {
    title: "Unknown grant type",
    remedy: "Send `grant_type=authorization_code` or `grant_type=refresh_token`.",
  },
  access_denied: { title: "The sign-in was not completed", remedy: "Begin a new one." },
  server_error: {
    title: "Something went wrong",
    remedy: "It is our fault. Try again; when it stays, report the request id.",
  },
  temporarily_unavailable: {
    title: "Temporarily unavailable",
    remedy: "Send the same request again after the seconds in `Retry-After`. Nothing was lost.",
  },
}

const oauthErrorSchema = z
  .object({
    error: z
      .enum(Object.keys(oauthErrorTable) as [AnsweredCode])
      .describe("What programs branch on. Never renamed."),
    error_description: z
      .string()
      .regex(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
      .describe("What happened this time, for the client's developer."),
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
    return [status, oauthError(status, [{ code: codeOf(fault), title }])]
  })
  return { 400: oauthError(400, refused), ...Object.fromEntries(others) }
}

/** How lib/http/oauth-route.ts names an error of the API. */
function codeOf(fault: ErrorCode): AnsweredCode {
  if (fault === "unavailable") return "temporarily_unavailable"
  return errorTable[fault].status < 500 ? "invalid_request" : "server_error"
}

function oauthError(
  status: number,
  errors: { code: AnsweredCode; title: string }[],
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

import { type ErrorCode, errorTable } from "../errors"

/** RFC 6749 sections 4.1.2.1 and 5.2. A code is API: clients branch on it. The status is that of a plain refusal. */
export const oauthErrorTable = {
  invalid_request: {
    status: 400,
    title: "The request cannot be taken as it is",
    remedy: "Correct it as `error_description` says.",
  },
  invalid_client: {
    status: 400,
    title: "Unknown client",
    remedy: "Send the `client_id` of a registered client.",
  },
  invalid_grant: {
    status: 400,
    title: "The code or token is not valid, has expired or was used before",
    remedy: "Sign in again. Trying once more with the same one does not help.",
  },
  invalid_scope: {
    status: 400,
    title: "More than was granted",
    remedy: "Ask for a part of the scope that was granted, or leave `scope` out.",
  },
  unsupported_grant_type: {
    status: 400,
    title: "Unknown grant type",
    remedy: "Send `grant_type=authorization_code` or `grant_type=refresh_token`.",
  },
  rate_limited: {
    status: 429,
    title: "Too many requests",
    remedy: "Wait for the seconds in `Retry-After`, then send the same request again.",
  },
  access_denied: { status: 400, title: "The sign-in was not completed", remedy: "Begin a new one." },
  interaction_required: {
    status: 400,
    title: "The person must give a second factor first",
    remedy: "Send their browser to `error_uri`, or the factor to `POST /api/v1/auth/second-factor`.",
  },
  server_error: {
    status: 500,
    title: "Something went wrong",
    remedy: "It is our fault. Try again; when it stays, report the request id.",
  },
  temporarily_unavailable: {
    status: 503,
    title: "Temporarily unavailable",
    remedy: "Send the same request again after the seconds in `Retry-After`. Nothing was lost.",
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>

export type OAuthErrorCode = keyof typeof oauthErrorTable

/** What an endpoint of OAuth refuses, in its words. The description is for the client's developer. */
export class OAuthError extends Error {
  override readonly name = "OAuthError"
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, description: string, options: { cause?: unknown } = {}) {
    super(description, options)
    this.code = code
  }

  get status(): number {
    return oauthErrorTable[this.code].status
  }
}

/** The one answer for a token that is unknown, expired, reused or revoked: it tells a thief nothing. */
export function invalidGrant(): OAuthError {
  return new OAuthError("invalid_grant", "This grant is not valid, has expired or was used before.")
}

/** How the endpoints of OAuth name an error of the API. */
export function oauthErrorCode(code: ErrorCode): OAuthErrorCode {
  if (code === "unavailable") return "temporarily_unavailable"
  if (code === "rate_limited") return "rate_limited"
  return errorTable[code].status < 500 ? "invalid_request" : "server_error"
}

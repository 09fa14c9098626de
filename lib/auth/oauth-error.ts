/** RFC 6749 sections 4.1.2.1 and 5.2. A code is API: clients branch on it. */
export type OAuthErrorCode =
  | "access_denied"
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_scope"
  | "unsupported_grant_type"

/** What a token endpoint refuses, in the words of OAuth. The description is for the client's developer. */
export class OAuthError extends Error {
  override readonly name = "OAuthError"
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, description: string, options: { cause?: unknown } = {}) {
    super(description, options)
    this.code = code
  }
}

/** The one answer for a token that is unknown, expired, reused or revoked: it tells a thief nothing. */
export function invalidGrant(): OAuthError {
  return new OAuthError("invalid_grant", "This grant is not valid, has expired or was used before.")
}

import type { RequestSource } from "../http/request-context"
import { exchangeCode } from "./authorization-codes"
import { OAuthError } from "./oauth-error"
import { refreshTokens } from "./refresh-tokens"
import type { TokenPair } from "./token-pair"
import type { TokenInput } from "./tokens.schema"

/** Redeems a grant at the token endpoint (RFC 6749 sections 4.1.3 and 6). Throws OAuthError, or unavailable. */
export async function redeemGrant(source: RequestSource, input: TokenInput): Promise<TokenPair> {
  switch (input.grantType) {
    case "authorization_code":
      return exchangeCode(source, {
        clientId: requireClient(input),
        code: required(input, "code"),
        redirectUri: required(input, "redirectUri"),
        codeVerifier: requireVerifier(required(input, "codeVerifier")),
      })
    case "refresh_token": {
      const refreshToken = required(input, "refreshToken")
      return refreshTokens(source, { refreshToken, clientId: requireClient(input), scope: input.scope })
    }
    default:
      throw new OAuthError(
        "unsupported_grant_type",
        "The grant types are authorization_code and refresh_token.",
      )
  }
}

/** A public client is known by its id alone; without one a grant is nobody's. */
function requireClient({ clientId }: TokenInput): string {
  if (clientId !== undefined) return clientId
  throw new OAuthError("invalid_grant", "client_id is required: a grant is good for its own client alone.")
}

const names = {
  code: "code",
  redirectUri: "redirect_uri",
  codeVerifier: "code_verifier",
  refreshToken: "refresh_token",
} as const

function required(input: TokenInput, field: keyof typeof names): string {
  const value = input[field]
  if (value === undefined) throw new OAuthError("invalid_request", `${names[field]} is required.`)
  return value
}

/** RFC 7636 section 4.1. */
function requireVerifier(codeVerifier: string): string {
  if (/^[\w.~-]{43,128}$/.test(codeVerifier)) return codeVerifier
  throw new OAuthError("invalid_request", "code_verifier has 43 to 128 letters, digits or - . _ ~.")
}

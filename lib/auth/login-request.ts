import { type Client, getClient, isRedirectUriOf, PLAIN_CLIENT } from "./clients"
import type { LoginQuery } from "./login.schema"
import { OAuthError } from "./oauth-error"
import { permissions } from "./permissions"
import { narrowScope } from "./scope"

/** What a program asks for when it begins a sign-in. */
export type LoginRequest = {
  client: Client
  /** Null: the plain flow, which ends in tokens for the browser that began it. */
  redirectUri: string | null
  codeChallenge: string | null
  state: string | null
  scope: readonly string[]
  /** Seconds since the person last proved who they are at the provider, at most; null: whatever it is. */
  maxAge: number | null
}

/**
 * Checks an authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3). PKCE with S256 is required of
 * every registered client. Throws OAuthError: nothing is redirected to an address before it is known to be the
 * client's, and a client that asks wrongly is told so where its developer sees it.
 */
export function readLoginRequest(parameters: LoginQuery): LoginRequest {
  const { responseType = "code", state = null, maxAge = null } = parameters
  if (responseType !== "code") throw new OAuthError("invalid_request", "The only response_type is `code`.")
  const scope = narrowScope(parameters.scope, permissions)
  if (parameters.clientId === undefined && parameters.redirectUri === undefined) {
    if (parameters.codeChallenge !== undefined || state !== null)
      throw new OAuthError("invalid_request", "Send client_id and redirect_uri, or none of the four.")
    return { client: PLAIN_CLIENT, redirectUri: null, codeChallenge: null, state, scope, maxAge }
  }
  const client = getClient(parameters.clientId ?? "")
  if (!client) throw new OAuthError("invalid_client", "There is no client of this client_id.")
  const { redirectUri = "" } = parameters
  if (!isRedirectUriOf(client, redirectUri))
    throw new OAuthError("invalid_request", "The redirect_uri is not one of this client's.")
  return { client, redirectUri, codeChallenge: requireChallenge(parameters), state, scope, maxAge }
}

function requireChallenge({ codeChallenge, codeChallengeMethod }: LoginQuery): string {
  if (codeChallengeMethod !== "S256")
    throw new OAuthError("invalid_request", "PKCE is required: code_challenge_method must be S256.")
  if (!codeChallenge || !/^[\w-]{43}$/.test(codeChallenge))
    throw new OAuthError(
      "invalid_request",
      "code_challenge must be the SHA-256 of the verifier in base64url.",
    )
  return codeChallenge
}

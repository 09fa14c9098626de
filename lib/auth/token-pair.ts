import { signAccessToken, type TokenSubject } from "./access-token"

/** What a token endpoint answers (RFC 6749 section 5.1). */
export type TokenPair = {
  accessToken: string
  tokenType: "Bearer"
  /** Of the access token, in seconds. */
  expiresIn: number
  refreshToken: string
  /** Space-separated. */
  scope: string
  organizationId: string
}

/** A refresh token together with an access token made for this answer. Throws unavailable when nothing can be signed. */
export async function tokenPair(subject: TokenSubject, refreshToken: string): Promise<TokenPair> {
  const { token, expiresIn } = await signAccessToken(subject)
  const { scope, organizationId } = subject
  return {
    accessToken: token,
    tokenType: "Bearer",
    expiresIn,
    refreshToken,
    scope: scope.join(" "),
    organizationId,
  }
}

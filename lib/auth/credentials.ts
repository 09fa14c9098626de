import { AppError } from "../errors"
import { TOKEN_LENGTH_MAX } from "../input"

/** What a request presents in its headers. A session cookie counts only where this is `none`. */
export type Credential =
  | { type: "none" }
  | { type: "bearer"; token: string }
  | { type: "api_key"; token: string }

/**
 * Reads the credential headers (RFC 6750 section 2.1; never query or body). Throws ambiguous_credentials for
 * two at once, unauthenticated for what is not `Bearer <token>`.
 */
export function readCredential(headers: Headers): Credential {
  const authorization = headers.get("authorization")
  const apiKey = headers.get("x-api-key")
  if (authorization !== null && apiKey !== null) {
    throw new AppError(
      "ambiguous_credentials",
      "Send one credential: `Authorization` or `X-API-Key`, not both.",
    )
  }
  if (apiKey !== null) return { type: "api_key", token: requireToken(apiKey) }
  if (authorization === null) return { type: "none" }
  const [, token] = /^bearer +(.+)$/i.exec(authorization) ?? []
  return { type: "bearer", token: requireToken(token) }
}

/** Whether a credential was sent at all, good or bad: RFC 6750 section 3 words the challenge by it. */
export function sendsCredential(headers: Headers): boolean {
  return headers.has("authorization") || headers.has("x-api-key")
}

/** RFC 6750's b64token: what else stands there is refused before anybody looks at it. */
function requireToken(token: string | undefined): string {
  if (token && token.length <= TOKEN_LENGTH_MAX && /^[\w~+/.-]+=*$/.test(token)) return token
  throw new AppError("unauthenticated", "The credential is not `Bearer` followed by one token.")
}

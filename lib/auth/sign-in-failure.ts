import * as oauth from "oauth4webapi"
import { databaseFault } from "../database-errors"
import { isAppError } from "../errors"
import { SignInError, type SignInFailure } from "./sign-in-error"

/**
 * What went wrong, for the person: read from the chain of errors that next-auth wraps around the first one.
 * `providerError` is the `error` parameter of the provider's answer (RFC 6749 4.1.2.1), which next-auth drops.
 */
export function signInFailure(error: unknown, providerError: string | null): SignInFailure {
  for (const fault of chain(error)) {
    if (fault instanceof SignInError) return fault.failure
    if (isAppError(fault) && fault.code === "rate_limited") return "rate_limited"
    if (databaseFault(fault)) return "unavailable"
    const failure = failureByCode(fault, providerError)
    if (failure) return failure
  }
  return "sign_in_failed"
}

type Fault = Error & { type?: string; code?: string }

// By type and code, never by name: a production build shortens the names of classes.
function failureByCode({ type, code = "" }: Fault, providerError: string | null): SignInFailure | undefined {
  switch (type ?? code) {
    case "OAuthCallbackError":
    // The same from oauth4webapi itself.
    case oauth.AUTHORIZATION_RESPONSE_ERROR:
      return providerError === "access_denied" ? "access_denied" : "sign_in_failed"
    case "OAuthAccountNotLinked":
      return "account_exists"
    // A missing or foreign state, nonce or PKCE cookie.
    case "InvalidCheck":
    case "MissingCSRF":
      return "flow_expired"
    // oauth4webapi: the callback's parameters do not belong to this flow, or the code was used before.
    case oauth.RESPONSE_BODY_ERROR:
    case oauth.INVALID_RESPONSE:
      return "flow_expired"
    // These say that we are set up wrongly.
    case oauth.UNSUPPORTED_OPERATION:
    case oauth.WWW_AUTHENTICATE_CHALLENGE:
      return undefined
    default:
      return code.startsWith("OAUTH_") ? "identity_refused" : undefined
  }
}

/** The error and its causes; next-auth keeps the original in `cause.err`. */
function* chain(error: unknown): Generator<Fault> {
  let next: unknown = error
  for (let depth = 0; depth < 8 && next instanceof Error; depth++) {
    yield next
    const cause: unknown = next.cause
    next = cause instanceof Error ? cause : (cause as { err?: unknown } | undefined)?.err
  }
}

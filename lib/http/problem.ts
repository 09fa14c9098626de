import { databaseFault } from "../database-errors"
import { env } from "../env"
import { AppError, errorTable, RETRY_AFTER_SECONDS } from "../errors"
import { log } from "../log"
import { setRateLimitHeaders } from "./rate-limit-headers"

/** What an error means to people outside. What is not an AppError is logged and becomes `internal`. */
export function publicError(error: unknown, requestId: string): AppError {
  const known = databaseFault(error)
  // The digest is what Next's error page shows in place of the message.
  const digest = (error as { digest?: unknown } | null)?.digest
  if (!known) log.error({ err: error, requestId, digest }, "unexpected error")
  else if (known.status >= 500) log.error({ err: known.cause ?? known, requestId }, known.code)
  return known ?? new AppError("internal", "Something went wrong on our side.", { cause: error })
}

/** The one error → HTTP mapping of the API: RFC 9457 problem details, with the headers each status asks for. */
export function problemResponse(
  error: unknown,
  options: { requestId: string; credentialSent?: boolean },
): Response {
  const { requestId, credentialSent = false } = options
  const known = publicError(error, requestId)
  const problem = {
    type: `${env().APP_URL}/docs/errors#${known.code}`,
    title: errorTable[known.code].title,
    status: known.status,
    detail: known.message,
    code: known.code,
    request_id: requestId,
    errors: known.faults,
  }
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" })
  const challenge = bearerChallenge(known, credentialSent)
  if (challenge) headers.set("www-authenticate", challenge)
  if (known.code === "cookies_too_large") headers.set("clear-site-data", '"cookies"')
  if (known.allow) headers.set("allow", known.allow.join(", "))
  const retryAfter = known.retryAfterSeconds ?? (known.status === 503 ? RETRY_AFTER_SECONDS : undefined)
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter))
  if (known.quota) setRateLimitHeaders(headers, known.quota)
  return new Response(JSON.stringify(problem), { status: known.status, headers })
}

/** RFC 6750 section 3: `error` is named only to a caller who did send a credential. RFC 9728 section 5.1. */
function bearerChallenge(error: AppError, credentialSent: boolean): string | undefined {
  const realm = `Bearer realm="latchkey", resource_metadata="${env().APP_URL}/.well-known/oauth-protected-resource"`
  if (error.code === "unauthenticated") return credentialSent ? `${realm}, error="invalid_token"` : realm
  // RFC 9470 section 3. The endpoint that takes a second factor needs no new sign-in.
  if (error.code === "insufficient_user_authentication")
    return `${realm}, error="insufficient_user_authentication", error_description="${error.message}", max_age=${error.maxAgeSeconds ?? 0}`
  if (error.scope) return `${realm}, error="insufficient_scope", scope="${error.scope}"`
  return undefined
}

import { recordAudit, systemActor } from "../audit/audit-log"
import { db } from "../db"
import { defer } from "../defer"
import { type AppError, isAppError, RETRY_AFTER_SECONDS } from "../errors"
import { setRateLimitHeaders } from "../http/rate-limit-headers"
import type { RequestSource } from "../http/request-context"
import { log } from "../log"
import { PRODUCT_NAME } from "../product"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import { authCookies, expiredCookie } from "./cookies"
import type { SignInFailure } from "./sign-in-error"
import { signInFailure } from "./sign-in-failure"

export const errorPage = "/sign-in/error"

export type FailedAttempt = {
  source: RequestSource
  /** The first error that was met, undefined while all is well. */
  failure: unknown
  /** What the provider says went wrong, on its way back. */
  providerError: string | null
}

/** To the page that explains, with the flow's cookies cleared: the person can only start afresh. */
export function refuseSignIn(attempt: FailedAttempt): Response {
  const { pkceCodeVerifier, state, nonce } = authCookies()
  const response = explain(attempt)
  if (response.status === 503) return response
  for (const cookie of [pkceCodeVerifier, state, nonce])
    response.headers.append("set-cookie", expiredCookie(cookie))
  return response
}

/** To the page that explains. 503 for our own outages alone: nobody who watches us can mend a provider's. */
export function explain(attempt: FailedAttempt): Response {
  const path = reportFailedSignIn(attempt)
  if (signInFailure(attempt.failure, attempt.providerError) === "unavailable")
    return pageWithStatus(503, path, RETRY_AFTER_SECONDS)
  return new Response(null, {
    status: 303,
    headers: { location: path, "cache-control": "private, no-store" },
  })
}

/** A status for whoever watches, and for the person a step on to the page that explains; no cookie is touched. */
function pageWithStatus(status: 429 | 503, path: string, retryAfterSeconds: number): Response {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "retry-after": String(retryAfterSeconds),
    "cache-control": "private, no-store",
  }
  const html = `<!doctype html><title>${PRODUCT_NAME}</title><meta http-equiv="refresh" content="0;url=${path.replace("&", "&amp;")}">`
  return new Response(html, { status, headers })
}

/** Failures that are an outage's, and use up nobody's attempts. */
const outages: readonly SignInFailure[] = ["unavailable", "provider_unavailable"]

/** Counts a failed sign-in as a login attempt of its address. What is returned was one too many. */
export async function countFailedSignIn(attempt: FailedAttempt): Promise<AppError | null> {
  const failure = signInFailure(attempt.failure, attempt.providerError)
  if (outages.includes(failure) || failure === "rate_limited") return null
  try {
    await requireWithin("login", addressSubject(attempt.source.clientAddress))
    return null
  } catch (error) {
    if (isAppError(error)) return error
    throw error
  }
}

/** 429 in a browser. */
export function tooManyAttemptsPage(error: AppError, { source }: FailedAttempt): Response {
  const path = reportFailedSignIn({ source, failure: error, providerError: null })
  const response = pageWithStatus(429, path, error.retryAfterSeconds ?? 60)
  if (error.quota) setRateLimitHeaders(response.headers, error.quota)
  return response
}

/** Logs, and where it counts audits, a failure; returns the page that explains it, with the id to look for in the log. */
export function reportFailedSignIn(attempt: FailedAttempt): string {
  return `${errorPage}?code=${record(attempt)}&request_id=${attempt.source.requestId}`
}

/** Failures in which a provider vouched for somebody: these are worth a row, a stranger cannot make them at will. */
const audited: readonly SignInFailure[] = [
  "account_disabled",
  "account_exists",
  "already_signed_in",
  "identity_in_use",
  "email_not_verified",
  "identity_refused",
]

function record({ failure: error, providerError, source }: FailedAttempt): SignInFailure {
  const failure = signInFailure(error, providerError)
  log.warn({ err: error, failure, requestId: source.requestId }, "sign-in failed")
  if (audited.includes(failure)) {
    defer(() =>
      recordAudit(db(), source, {
        action: "sign_in.refused",
        organizationId: null,
        actor: systemActor,
        details: { failure },
      }),
    )
  }
  return failure
}

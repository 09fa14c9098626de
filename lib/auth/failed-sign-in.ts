import { recordAudit, systemActor } from "../audit/audit-log"
import { db } from "../db"
import { defer } from "../defer"
import { RETRY_AFTER_SECONDS } from "../errors"
import type { RequestSource } from "../http/request-context"
import { log } from "../log"
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
  const path = reportFailedSignIn(attempt)
  // Of our own outages alone: a provider's is nothing that whoever watches us could mend.
  if (signInFailure(attempt.failure, attempt.providerError) === "unavailable")
    return unavailableResponse(path)
  const headers = new Headers({ location: path, "cache-control": "private, no-store" })
  for (const cookie of [pkceCodeVerifier, state, nonce]) headers.append("set-cookie", expiredCookie(cookie))
  return new Response(null, { status: 303, headers })
}

/** 503 for whoever watches, and for the person a step on to the page that explains; no cookie is touched. */
function unavailableResponse(path: string): Response {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "retry-after": String(RETRY_AFTER_SECONDS),
    "cache-control": "private, no-store",
  }
  const html = `<!doctype html><title>Latchkey</title><meta http-equiv="refresh" content="0;url=${path.replace("&", "&amp;")}">`
  return new Response(html, { status: 503, headers })
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

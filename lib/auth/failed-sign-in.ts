import { type RequestOrigin, recordAudit } from "../audit/audit-log"
import { db } from "../db"
import { defer } from "../defer"
import { log } from "../log"
import { authCookies, expiredCookie } from "./cookies"
import type { SignInFailure } from "./sign-in-error"
import { signInFailure } from "./sign-in-failure"

export const errorPage = "/sign-in/error"

export type FailedAttempt = {
  origin: RequestOrigin
  /** The first error that was met, undefined while all is well. */
  failure: unknown
  /** What the provider says went wrong, on its way back. */
  providerError: string | null
}

/** To the page that explains, with the flow's cookies cleared: the person can only start afresh. */
export function refuseSignIn(attempt: FailedAttempt): Response {
  const { pkceCodeVerifier, state, nonce } = authCookies()
  const headers = new Headers({
    location: failedSignInPath(attempt),
    "cache-control": "private, no-store",
  })
  for (const cookie of [pkceCodeVerifier, state, nonce]) headers.append("set-cookie", expiredCookie(cookie))
  return new Response(null, { status: 303, headers })
}

/** The id is that of the request that failed: the one to look for in the log. */
export function failedSignInPath(attempt: FailedAttempt): string {
  return `${errorPage}?code=${reportFailure(attempt)}&request_id=${attempt.origin.requestId}`
}

/** Failures in which a provider vouched for somebody: these are worth a row, a stranger cannot make them at will. */
const audited: readonly SignInFailure[] = [
  "account_disabled",
  "account_exists",
  "already_signed_in",
  "email_not_verified",
  "identity_refused",
]

function reportFailure({ failure: error, providerError, origin }: FailedAttempt): SignInFailure {
  const failure = signInFailure(error, providerError)
  log.warn({ err: error, failure, requestId: origin.requestId }, "sign-in failed")
  if (audited.includes(failure)) {
    const actor = { type: "system", id: null } as const
    defer(() =>
      recordAudit(db(), origin, {
        action: "sign_in.refused",
        organizationId: null,
        actor,
        details: { failure },
      }),
    )
  }
  return failure
}

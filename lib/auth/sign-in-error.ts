/** Why a sign-in did not happen. Each has a text of its own on /sign-in/error; the codes stand in its URL. */
export type SignInFailure =
  | "access_denied"
  | "flow_expired"
  | "account_exists"
  | "already_signed_in"
  | "identity_in_use"
  | "identity_refused"
  | "email_not_verified"
  | "account_disabled"
  | "rate_limited"
  | "provider_unavailable"
  | "unavailable"
  | "sign_in_failed"

export class SignInError extends Error {
  readonly failure: SignInFailure

  constructor(failure: SignInFailure, options: { cause?: unknown } = {}) {
    super(`sign-in refused: ${failure}`, options)
    this.name = "SignInError"
    this.failure = failure
  }
}

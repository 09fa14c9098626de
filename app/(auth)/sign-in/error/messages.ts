import type { SignInFailure } from "@/lib/auth/sign-in-error"

export type SignInMessage = { title: string; happened: string; todo: string }

const messages: Record<SignInFailure, SignInMessage> = {
  access_denied: {
    title: "You cancelled signing in",
    happened: "You did not let the provider tell us who you are. Nothing was shared and nothing changed.",
    todo: "If that was a slip, try again.",
  },
  flow_expired: {
    title: "This sign-in has expired",
    happened: "It took too long, its link has already been used, or your browser did not keep our cookie.",
    todo: "Start again in this tab. If it keeps happening, allow cookies for this site.",
  },
  account_exists: {
    title: "Your e-mail address is already in use here",
    happened:
      "It belongs to an account that signs in another way. An address alone proves nothing, so to keep that account safe we did not link the two.",
    todo: "If that account is yours, sign in the way you did before. You can then add this one under Security, “Sign-in methods”.",
  },
  already_signed_in: {
    title: "This browser is signed in as somebody else",
    happened: "To keep two people's work apart, we did not switch accounts.",
    todo: "Sign out first, then sign in with the account you want.",
  },
  identity_in_use: {
    title: "That account is already in use",
    happened:
      "It signs somebody else in here, so we did not add it to your sign-in methods. Nothing has changed.",
    todo: "Choose another account there. If both accounts here are yours, unlink it in the other one first.",
  },
  identity_refused: {
    title: "We could not trust the provider's answer",
    happened: "It did not pass our checks, so we did not sign you in. Your account is untouched.",
    todo: "Try again. If it keeps happening, tell us the request id below.",
  },
  email_not_verified: {
    title: "Your e-mail address is not verified",
    happened: "The provider has not confirmed yet that it is yours, and without that we cannot let you in.",
    todo: "Verify the address in your account there, then try again.",
  },
  account_disabled: {
    title: "This account is disabled",
    happened: "An administrator has switched it off. No way of signing in works until that is undone.",
    todo: "Ask the people who run this service, or choose another account.",
  },
  rate_limited: {
    title: "Too many attempts",
    happened:
      "There were more sign-in attempts from your network within a minute than we allow. Your account is fine.",
    todo: "Wait a minute, then try again.",
  },
  provider_unavailable: {
    title: "The provider did not answer",
    happened: "We could not reach it to learn who you are. Your account is fine.",
    todo: "Wait a moment and try again.",
  },
  unavailable: {
    title: "We cannot reach our database right now",
    happened: "The provider knows you, but we could not look up your account. Nothing was lost.",
    todo: "Wait a moment and try again.",
  },
  sign_in_failed: {
    title: "Signing in did not work",
    happened: "Something went wrong on our side. Your account is untouched.",
    todo: "Try again. If it keeps happening, tell us the request id below.",
  },
}

/** The text for a code of the address. An unknown code gets the general one; the code itself is never shown. */
export function signInMessage(code: unknown): SignInMessage {
  return messages[isSignInFailure(code) ? code : "sign_in_failed"]
}

function isSignInFailure(code: unknown): code is SignInFailure {
  return typeof code === "string" && Object.hasOwn(messages, code)
}

/** The id of the request that failed, or null for anything that is not one of our ids: nothing else is shown. */
export function requestIdFrom(value: unknown): string | null {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value) ? value : null
}

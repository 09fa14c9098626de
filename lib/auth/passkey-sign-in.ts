import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server"
import { currentTime } from "../clock"
import { db } from "../db"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import { type OpenedBrowser, openBrowserSession } from "./browser-sign-in"
import { lockCredentials } from "./credential-lock"
import { generateOpaqueToken, isOpaqueToken } from "./opaque-token"
import { claimPasskey, passkeyRequestOptions, verifyPasskey } from "./passkeys"
import { withFactor } from "./step-up-session"

// Signing in with a passkey alone: it proves possession, and by user verification a second factor with it.

/** What a browser needs for it, and what to keep in a cookie of this browser until it answers. Throws rate_limited. */
export async function startPasskeySignIn({ clientAddress }: RequestSource): Promise<{
  options: PublicKeyCredentialRequestOptionsJSON
  browserToken: string
}> {
  await requireWithin("passkey_challenge", addressSubject(clientAddress))
  const browserToken = generateOpaqueToken()
  const options = await passkeyRequestOptions({ ceremony: "sign_in", holder: { browserToken } })
  return { options, browserToken }
}

type PasskeySignIn = {
  response: AuthenticationResponseJSON
  browserToken: string | null
  /** The session this browser has now, which the new one replaces. */
  currentToken: string | null
}

/**
 * Opens a session for whose passkey signed this browser's challenge. Throws second_factor_refused for anything that is
 * wrong with it, forbidden for somebody who is disabled, rate_limited and unavailable.
 */
export async function signInWithPasskey(
  source: RequestSource,
  { response, browserToken, currentToken }: PasskeySignIn,
): Promise<OpenedBrowser> {
  await requireWithin("login", addressSubject(source.clientAddress))
  const isBound = browserToken !== null && isOpaqueToken(browserToken)
  const verified = isBound
    ? await verifyPasskey(response, { ceremony: "sign_in", holder: { browserToken }, source })
    : null
  if (!verified) throw refused()
  const now = currentTime()
  const opened = await db().$transaction(async (tx) => {
    await lockCredentials(tx, verified.userId)
    if (!(await claimPasskey(tx, verified))) return null
    return openBrowserSession(tx, source, {
      userId: verified.userId,
      amr: withFactor([], "passkey"),
      authTime: now,
      secondFactorAt: now,
      secondFactorMethod: "passkey",
      replaces: { token: currentToken },
    })
  })
  if (!opened) throw refused()
  return opened
}

function refused(): AppError {
  return new AppError(
    "second_factor_refused",
    "This passkey was not accepted. Try again, or sign in another way.",
  )
}

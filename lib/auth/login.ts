import * as oauth from "oauth4webapi"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import type { RequestSource } from "../http/request-context"
import { createAuthorizationCode } from "./authorization-codes"
import { PLAIN_CLIENT } from "./clients"
import { FLOW_SECONDS_MAX } from "./cookies"
import { requireSigner } from "./key-ring"
import type { LoginRequest } from "./login-request"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { openProgramSession } from "./program-sessions"
import { providerFetch } from "./provider-fetch"
import type { Provider } from "./providers"
import { checkSignIn, requireUserOf, type SignedIn, signIn } from "./sign-in"
import { type TokenPair, tokenPair } from "./token-pair"

// Sign-in for programs. We are an OAuth client towards the provider and an authorization server towards ours. A
// flow is a row: the state that travels, hashed; nonce and PKCE verifier towards the provider; and what the
// program asked for. It belongs to the browser that began it, by a cookie, and is claimed once. It ends in a
// one-time code at the program's redirect URI, or, in the plain form, in tokens for that same browser.

/** Seconds until the provider's answer comes too late. */
export const LOGIN_EXPIRES_IN = FLOW_SECONDS_MAX

export type StartedLogin = {
  /** The provider's address to send the browser to. */
  redirectUrl: string
  state: string
  /** Goes into a cookie of this browser, without which the flow cannot be finished. */
  browserToken: string
}

/** Begins a sign-in. Throws SignInError, or unavailable. */
export async function startLogin(provider: Provider, request: LoginRequest): Promise<StartedLogin> {
  const server = await provider.server()
  const [state, codeVerifier] = [generateOpaqueToken(), generateOpaqueToken()]
  const browserToken = generateOpaqueToken()
  const nonce = provider.usesNonce ? generateOpaqueToken() : null
  const { client, redirectUri, codeChallenge, state: clientState, scope } = request
  await db().loginFlow.create({
    data: {
      stateHash: hashToken(state),
      browserHash: hashToken(browserToken),
      provider: provider.id,
      nonce,
      codeVerifier,
      clientId: client.id,
      redirectUri,
      codeChallenge,
      clientState,
      scope: [...scope],
      expiresAt: addDuration(currentTime(), seconds(LOGIN_EXPIRES_IN)),
    },
    select: { id: true },
  })
  const url = new URL(server.authorization_endpoint)
  const parameters = {
    response_type: "code",
    client_id: provider.clientId,
    redirect_uri: callbackUrl(provider),
    scope: provider.scope,
    state,
    ...(nonce ? { nonce } : {}),
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    // Any page can begin this; one that the provider waved through would hand the code to whatever program listens.
    ...(redirectUri === null ? {} : { prompt: "select_account" }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return { redirectUrl: url.href, state, browserToken }
}

function callbackUrl({ id }: Provider): string {
  return `${env().APP_URL}/api/v1/auth/${id}/callback`
}

export type ClaimedFlow = NonNullable<Awaited<ReturnType<typeof claimFlow>>>

/**
 * Takes the flow that a provider's answer belongs to, once, and only for the browser that began it. Null for
 * everything else: an unknown or finished state, another browser, another provider. Throws unavailable.
 */
export async function claimFlow(
  provider: Provider,
  { state, browserToken }: { state: string; browserToken: string },
) {
  const now = currentTime()
  const [flow] = await db().loginFlow.updateManyAndReturn({
    where: {
      stateHash: hashToken(state),
      browserHash: hashToken(browserToken),
      provider: provider.id,
      claimedAt: null,
      expiresAt: { gt: now },
    },
    data: { claimedAt: now },
    select: {
      nonce: true,
      codeVerifier: true,
      clientId: true,
      redirectUri: true,
      codeChallenge: true,
      clientState: true,
      scope: true,
    },
  })
  return flow ?? null
}

/** What a sign-in ends in. */
export type LoginResult =
  | { type: "tokens"; tokens: TokenPair }
  | { type: "code"; code: string; redirectUri: string }

/**
 * Finishes a claimed flow with the provider's answer, whose `state` led to it. Throws SignInError, what
 * oauth4webapi throws, or unavailable; then nothing was opened.
 */
export async function finishLogin(
  source: RequestSource,
  flow: ClaimedFlow,
  { provider, answer }: { provider: Provider; answer: URLSearchParams },
): Promise<LoginResult> {
  const identity = await provider.identify(await exchange(provider, flow, answer))
  await checkSignIn(identity, null)
  await requireSigner()
  const { id: userId } = await requireUserOf(source, identity)
  const { redirectUri, codeChallenge, clientId, scope } = flow
  if (redirectUri !== null && codeChallenge !== null) {
    const binding = { clientId, redirectUri, codeChallenge, scope }
    const open = (tx: Db, person: SignedIn) => createAuthorizationCode(tx, { ...person, ...binding })
    return { type: "code", code: await signIn(source, { userId, identity, open }), redirectUri }
  }
  const { subject, refreshToken } = await signIn(source, {
    userId,
    identity,
    open: (tx, person) => openProgramSession(tx, source, { ...person, clientId: PLAIN_CLIENT.id, scope }),
  })
  return { type: "tokens", tokens: await tokenPair(subject, refreshToken) }
}

async function exchange(
  provider: Provider,
  { codeVerifier, nonce }: ClaimedFlow,
  answer: URLSearchParams,
): Promise<oauth.TokenEndpointResponse> {
  const server = await provider.server()
  const client = { client_id: provider.clientId, [oauth.clockTolerance]: 60 }
  // The state was compared by finding the flow with it; this compares the issuer (RFC 9207).
  const parameters = oauth.validateAuthResponse(server, client, answer, oauth.skipStateCheck)
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(provider.clientSecret),
    parameters,
    callbackUrl(provider),
    codeVerifier,
    { [oauth.customFetch]: providerFetch, [oauth.allowInsecureRequests]: isPlainHttp(server.token_endpoint) },
  )
  return oauth.processAuthorizationCodeResponse(
    server,
    client,
    response,
    nonce === null ? {} : { expectedNonce: nonce, requireIdToken: true },
  )
}

/** Plain http is for tests; providerFetch asks nobody over it but this machine. */
function isPlainHttp(endpoint: string): boolean {
  return endpoint.startsWith("http:")
}

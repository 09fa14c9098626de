import * as oauth from "oauth4webapi"
import type { Prisma } from "@/prisma/generated/client"
import { CLOCK_TOLERANCE_SECONDS, currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { createAuthorizationCode } from "./authorization-codes"
import { PLAIN_CLIENT } from "./clients"
import { FLOW_SECONDS_MAX } from "./cookies"
import { cancelFactorReset } from "./factor-resets"
import { requireSigner } from "./key-ring"
import type { LoginRequest } from "./login-request"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { passkeyRequestOptions } from "./passkeys"
import { type Grant, type OpenedSession, openProgramSession } from "./program-sessions"
import { providerFetch } from "./provider-fetch"
import type { Provider } from "./providers"
import { type FactorHolder, type SecondFactorAttempt, takeSecondFactor } from "./second-factors"
import { checkSignIn, findOrCreateUser, type SignedIn, signIn } from "./sign-in"
import { withFactor } from "./step-up-session"
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
  const { client, redirectUri, codeChallenge, state: clientState, scope, maxAge } = request
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
    ...(maxAge === null ? {} : { max_age: String(maxAge) }),
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
    select: { ...whatWasAsked, nonce: true, codeVerifier: true },
  })
  return flow ?? null
}

const whatWasAsked = {
  id: true,
  clientId: true,
  redirectUri: true,
  codeChallenge: true,
  clientState: true,
  scope: true,
} satisfies Prisma.LoginFlowSelect

type AskedFlow = Prisma.LoginFlowGetPayload<{ select: typeof whatWasAsked }>

/** What a sign-in ends in. */
export type LoginResult =
  | { type: "tokens"; tokens: TokenPair }
  | { type: "code"; code: string; redirectUri: string; clientState: string | null }
  /** The person must give a second factor first, in this browser: finishHeldLogin. */
  | { type: "held" }

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
  const { id: userId } = await findOrCreateUser(source, identity)
  const opened = await signIn<Opened | { type: "held" }>(source, {
    userId,
    identity,
    open: (tx, { needsSecondFactor, ...person }) =>
      needsSecondFactor ? holdFlow(tx, flow.id, person) : openLogin(tx, source, { flow, person }),
  })
  return loginResult(opened)
}

type Opened = { type: "opened"; session: OpenedSession } | Extract<LoginResult, { type: "code" }>

/** Gives the program what its sign-in ends in, inside the caller's transaction. */
async function openLogin(
  tx: Db,
  source: RequestSource,
  { flow, person }: { flow: AskedFlow; person: Omit<Grant, "clientId" | "scope"> },
): Promise<Opened> {
  const { redirectUri, codeChallenge, clientId, clientState, scope } = flow
  if (redirectUri !== null && codeChallenge !== null) {
    const binding = { clientId, redirectUri, codeChallenge, scope }
    return {
      type: "code",
      code: await createAuthorizationCode(tx, { ...person, ...binding }),
      redirectUri,
      clientState,
    }
  }
  const grant = { ...person, clientId: PLAIN_CLIENT.id, scope }
  return { type: "opened", session: await openProgramSession(tx, source, grant) }
}

async function loginResult<Other extends Exclude<LoginResult, { type: "tokens" }>>(
  opened: { type: "opened"; session: OpenedSession } | Other,
): Promise<Extract<LoginResult, { type: "tokens" }> | Other> {
  if (opened.type !== "opened") return opened
  const { subject, refreshToken } = opened.session
  return { type: "tokens", tokens: await tokenPair(subject, refreshToken) }
}

/** Writes down whom the provider vouched for; nothing is opened until they give a second factor. */
async function holdFlow(
  tx: Db,
  id: string,
  {
    userId,
    amr,
    authTime,
    providerAuthTime,
  }: Pick<SignedIn, "userId" | "amr" | "authTime" | "providerAuthTime">,
): Promise<Extract<LoginResult, { type: "held" }>> {
  await tx.loginFlow.update({
    where: { id },
    data: { userId, amr, authTime, providerAuthTime },
    select: { id: true },
  })
  return { type: "held" }
}

/** What names a flow that is held: both only in the browser that began it. */
export type FlowKey = { state: string; browserToken: string }

export type HeldLogin = NonNullable<Awaited<ReturnType<typeof getHeldLogin>>>

/** A sign-in that awaits its person's second factor in this browser, or null. Throws unavailable. */
export async function getHeldLogin({ state, browserToken }: FlowKey) {
  const flow = await db().loginFlow.findUnique({
    where: {
      stateHash: hashToken(state),
      browserHash: hashToken(browserToken),
      claimedAt: { not: null },
      finishedAt: null,
      expiresAt: { gt: currentTime() },
    },
    select: {
      ...whatWasAsked,
      amr: true,
      authTime: true,
      providerAuthTime: true,
      user: {
        select: {
          id: true,
          name: true,
          email: true,
          image: true,
          disabledAt: true,
          secondFactorSince: true,
          _count: { select: { passkeys: true } },
          memberships: {
            orderBy: { createdAt: "asc" },
            take: 1,
            select: { role: true, organization: { select: { id: true, name: true } } },
          },
        },
      },
    },
  })
  const membership = flow?.user?.memberships[0]
  if (!flow?.user || flow.user.disabledAt || !flow.authTime || !membership) return null
  return { ...flow, user: flow.user, authTime: flow.authTime, ...membership }
}

/** Whose second factor a held sign-in awaits. */
function heldLoginHolder(source: RequestSource, { id, user, organization }: HeldLogin): FactorHolder {
  return { user, organization, source, challengeHolder: { loginFlowId: id }, isSettled: false }
}

/** What a browser needs to give a passkey to a held sign-in. */
export function heldLoginPasskeyOptions({ id, user }: HeldLogin) {
  return passkeyRequestOptions({ ceremony: "second_factor", holder: { loginFlowId: id } }, user.id)
}

/** Finishes a held sign-in with a second factor, once. Throws like takeSecondFactor, and conflict when it is over. */
export async function finishHeldLogin(
  source: RequestSource,
  key: FlowKey,
  attempt: SecondFactorAttempt,
): Promise<Exclude<LoginResult, { type: "held" }>> {
  const held = await getHeldLogin(key)
  if (!held) throw loginOver()
  await requireSigner()
  const { user, organization, role, amr, authTime, providerAuthTime } = held
  const opened = await takeSecondFactor(heldLoginHolder(source, held), attempt, async (tx, method) => {
    const now = currentTime()
    const { count } = await tx.loginFlow.updateMany({
      where: { id: held.id, finishedAt: null },
      data: { finishedAt: now },
    })
    if (count === 0) throw loginOver()
    const person = {
      ...{ userId: user.id, organizationId: organization.id, role, authTime, providerAuthTime },
      ...{ amr: withFactor(amr, method), secondFactorAt: now, secondFactorMethod: method },
    }
    await cancelFactorReset(tx, source, person)
    return openLogin(tx, source, { flow: held, person })
  })
  return loginResult(opened)
}

function loginOver(): AppError {
  return new AppError("conflict", "This sign-in has ended or was begun in another browser. Start again.")
}

async function exchange(
  provider: Provider,
  { codeVerifier, nonce }: ClaimedFlow,
  answer: URLSearchParams,
): Promise<oauth.TokenEndpointResponse> {
  const server = await provider.server()
  const client = { client_id: provider.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS }
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

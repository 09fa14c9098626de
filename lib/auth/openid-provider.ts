import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose"
import { z } from "zod"
import { CLOCK_TOLERANCE_SECONDS } from "../clock"
import { hours, minutes, seconds } from "../duration"
import { GOOGLE_ISSUER, isHttpsOrLoopback } from "../env"
import { normalizeEmail } from "./email"
import { type Identity, pictureUrl, plainText } from "./identity"
import { providerFetch } from "./provider-fetch"
import { SignInError } from "./sign-in-error"

// At Google a person's identity comes from a verified ID token and from nothing else. Scheme: discovery names the
// provider's keys; the signature, issuer, audience and times are checked here, because both sign-in paths leave
// the signature to us (the nonce they do compare, with that of the flow). Discovery is kept for an hour and keys
// for minutes, one request serves all who ask at once, and tokens with invented key ids cannot make us hammer
// the provider.

type Client = { issuer: string; clientId: string }

/**
 * The identity in an ID token, after every check of OpenID Connect Core 3.1.3.7. Throws SignInError:
 * identity_refused, email_not_verified or provider_unavailable.
 */
export async function verifyIdToken(idToken: unknown, expected: Client): Promise<Identity> {
  if (typeof idToken !== "string") throw new SignInError("identity_refused")
  const { keys } = await discoverProvider(expected.issuer)
  const claims = await verifySignedClaims(idToken, keys, expected)
  if (claims.email_verified !== true) throw new SignInError("email_not_verified")
  const email = normalizeEmail(claims.email)
  if (!email) throw new SignInError("identity_refused")
  return {
    provider: "google",
    subject: subjectOf(claims),
    email,
    name: plainText(claims.name),
    image: pictureUrl(claims.picture, ".googleusercontent.com"),
    authTime: authTimeOf(claims),
  }
}

async function verifySignedClaims(idToken: string, keys: JWTVerifyGetKey, expected: Client) {
  const { issuer, clientId } = expected
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      algorithms: ["RS256"],
      issuer: issuer === GOOGLE_ISSUER ? [issuer, new URL(issuer).host] : issuer,
      audience: clientId,
      requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    })
    const audiences = [payload.aud].flat()
    if (audiences.length !== 1) throw new Error("more than one audience")
    if (payload.azp !== undefined && payload.azp !== clientId) throw new Error("issued to another party")
    if ((payload.iat ?? 0) > Date.now() / 1000 + CLOCK_TOLERANCE_SECONDS)
      throw new Error("issued in the future")
    return payload
  } catch (cause) {
    if (cause instanceof SignInError) throw cause
    if (isKeyFetchFault(cause)) throw new SignInError("provider_unavailable", { cause })
    throw new SignInError("identity_refused", { cause })
  }
}

/** jose uses its bare error class only where the key set's answer is not a key set. */
function isKeyFetchFault(error: unknown): boolean {
  return (
    error instanceof errors.JWKSTimeout ||
    (error instanceof errors.JOSEError && error.code === "ERR_JOSE_GENERIC")
  )
}

/** OpenID Connect Core 2: at most 255 ASCII characters. */
function subjectOf(claims: JWTPayload): string {
  const { sub } = claims
  if (typeof sub !== "string" || !/^[\x21-\x7e]{1,255}$/.test(sub)) throw new SignInError("identity_refused")
  return sub
}

/** OpenID Connect Core 2. What is no time, or lies ahead, would make an old sign-in look fresh. */
function authTimeOf({ auth_time: authTime }: JWTPayload): Date | null {
  if (authTime === undefined) return null
  const isTime = typeof authTime === "number" && authTime > 0
  if (!isTime || authTime > Date.now() / 1000 + CLOCK_TOLERANCE_SECONDS)
    throw new SignInError("identity_refused")
  return new Date(authTime * 1000)
}

// An https issuer that names an http endpoint would have our client secret sent in the clear.
const endpoint = () => z.url().refine(isHttpsOrLoopback)
const metadataSchema = z.object({
  issuer: z.string(),
  jwks_uri: endpoint(),
  authorization_endpoint: endpoint(),
  token_endpoint: endpoint(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})

/** A provider as its discovery document describes it, with its signing keys. */
type OpenIdProvider = { metadata: z.output<typeof metadataSchema>; keys: JWTVerifyGetKey }

const known = new Map<string, { provider: Promise<OpenIdProvider>; freshUntil: number }>()

/**
 * The provider by OpenID Connect Discovery, one request for all who ask at once. A failure is not remembered.
 * Throws SignInError: identity_refused or provider_unavailable.
 */
export function discoverProvider(issuer: string): Promise<OpenIdProvider> {
  const latest = known.get(issuer)
  if (latest && Date.now() < latest.freshUntil) return latest.provider
  const provider = discover(issuer)
  known.set(issuer, { provider, freshUntil: Date.now() + hours(1) })
  provider.catch(() => known.delete(issuer))
  return provider
}

async function discover(issuer: string): Promise<OpenIdProvider> {
  const response = await providerFetch(`${issuer}/.well-known/openid-configuration`)
  const metadata = metadataSchema.safeParse(await response.json().catch(() => null))
  if (!response.ok || !metadata.success)
    throw new SignInError("provider_unavailable", { cause: metadata.error })
  if (metadata.data.issuer !== issuer) throw new SignInError("identity_refused")
  const keys = createRemoteJWKSet(new URL(metadata.data.jwks_uri), {
    [customFetch]: limitFetches(KEY_FETCHES_PER_MINUTE_MAX),
    cacheMaxAge: minutes(10),
    // jose's own cool-down would refuse a key that was rotated in just after the last fetch.
    cooldownDuration: 0,
    timeoutDuration: seconds(5),
  })
  return { metadata: metadata.data, keys }
}

const KEY_FETCHES_PER_MINUTE_MAX = 4

/** providerFetch that gives up rather than be driven by tokens with invented key ids. */
function limitFetches(perMinuteMax: number): typeof providerFetch {
  let recent: number[] = []
  return (...request) => {
    const now = Date.now()
    recent = recent.filter((time) => now - time < minutes(1))
    if (recent.length >= perMinuteMax) throw new SignInError("identity_refused")
    recent.push(now)
    return providerFetch(...request)
  }
}

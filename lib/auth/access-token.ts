import { randomUUID } from "node:crypto"
import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from "jose"
import { z } from "zod"
import { CLOCK_TOLERANCE_SECONDS, currentTime } from "../clock"
import { env } from "../env"
import { id, TOKEN_LENGTH_MAX } from "../input"
import { getVerifier, requireSigner } from "./key-ring"
import { SIGNING_ALGORITHM } from "./signing-keys"

// Access tokens: JWTs in the profile of RFC 9068, signed by us and read by us and by anybody who fetches our key
// set. Nothing of a token is believed before its signature: the algorithm, the type and the shape are fixed, the
// key comes from our own ring, and every claim we issue is required. A token says which sign-in it belongs to;
// whether that sign-in lives, and what its person may do, is read from the database (lib/auth/caller.ts).

const TOKEN_TYPE = "at+jwt"

const headerSchema = z.strictObject({
  alg: z.literal(SIGNING_ALGORITHM),
  typ: z.literal(TOKEN_TYPE),
  kid: z.string().max(100),
})

const seconds = () => z.int().nonnegative()

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: id(),
  client_id: z.string().min(1),
  organization_id: id(),
  sid: id(),
  jti: z.string().min(1),
  iat: seconds(),
  exp: seconds(),
  auth_time: seconds(),
  amr: z.array(z.string()),
  scope: z.string(),
})

export type AccessTokenClaims = z.output<typeof claimsSchema>

/** The sign-in that a token is for. */
export type TokenSubject = {
  sessionId: string
  userId: string
  organizationId: string
  clientId: string
  scope: readonly string[]
  authTime: Date
  amr: readonly string[]
  /** The token never outlives its sign-in. */
  sessionExpiresAt: Date
}

/** Signs a token of RFC 9068 for a sign-in that lives. `expiresIn` is in seconds. Throws unavailable. */
export async function signAccessToken(
  subject: TokenSubject,
  now = currentTime(),
): Promise<{ token: string; expiresIn: number }> {
  const { kid, key } = await requireSigner()
  const issuedAt = toSeconds(now)
  const expiresAt = Math.min(
    issuedAt + env().ACCESS_TOKEN_TTL_SECONDS,
    Math.max(issuedAt, toSeconds(subject.sessionExpiresAt)),
  )
  const claims: AccessTokenClaims = {
    iss: env().APP_URL,
    aud: env().APP_URL,
    sub: subject.userId,
    client_id: subject.clientId,
    organization_id: subject.organizationId,
    sid: subject.sessionId,
    jti: randomUUID(),
    iat: issuedAt,
    exp: expiresAt,
    auth_time: toSeconds(subject.authTime),
    amr: [...subject.amr],
    scope: subject.scope.join(" "),
  }
  const header = { alg: SIGNING_ALGORITHM, typ: TOKEN_TYPE, kid }
  const token = await new SignJWT(claims).setProtectedHeader(header).sign(key)
  return { token, expiresIn: expiresAt - issuedAt }
}

/**
 * The claims of a token that we signed, for us, that is in force now; null for anything else, however it is
 * wrong. Says nothing of whether its sign-in still lives. Throws unavailable.
 */
export async function verifyAccessToken(token: string): Promise<AccessTokenClaims | null> {
  const kid = keyIdOf(token)
  const key = kid && (await getVerifier(kid))
  if (!key) return null
  const now = currentTime()
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [SIGNING_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: env().APP_URL,
      audience: env().APP_URL,
      requiredClaims: Object.keys(claimsSchema.shape),
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: now,
    })
    const claims = claimsSchema.safeParse(payload)
    if (!claims.success || claims.data.iat > toSeconds(now) + CLOCK_TOLERANCE_SECONDS) return null
    return claims.data
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** The key id of what has exactly the shape of our tokens, or null. Costs no query, whatever it is. */
function keyIdOf(token: string): string | null {
  if (token.length > TOKEN_LENGTH_MAX || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return null
  if (!token.split(".").every(isCanonical)) return null
  try {
    return headerSchema.parse(decodeProtectedHeader(token)).kid
  } catch {
    return null
  }
}

/** Base64url has spare bits at its end: a token must have one spelling only. */
function isCanonical(part: string): boolean {
  return Buffer.from(part, "base64url").toString("base64url") === part
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}

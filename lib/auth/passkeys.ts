import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server"
import type { PasskeyCeremony } from "@/prisma/generated/enums"
import { recordAudit, systemActor } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, minutes } from "../duration"
import { env } from "../env"
import type { RequestSource } from "../http/request-context"
import { log } from "../log"
import { PRODUCT_NAME } from "../product"
import { hashToken } from "./opaque-token"

// Passkeys (WebAuthn level 3). @simplewebauthn reads and verifies what authenticators sign; ours is what it is
// verified against. A challenge is a row, bound to one ceremony and to the sign-in or browser that asked; it is
// deleted before anything is verified, so it serves one answer. User verification is required: a passkey alone is two factors.

const CHALLENGE_LIVES_FOR = minutes(5)

/** Who may answer a challenge: a sign-in, a program's sign-in under way, or a browser nobody is signed in to, by its cookie. */
export type PasskeyHolder = { sessionId: string } | { loginFlowId: string } | { browserToken: string }

type Binding = { ceremony: PasskeyCeremony; holder: PasskeyHolder }

/** What a browser needs to make a passkey for this person; those they have are left out. */
export async function passkeyRegistrationOptions(
  user: { id: string; email: string; name: string | null },
  holder: PasskeyHolder,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const existing = await db().passkey.findMany({
    where: { userId: user.id },
    select: { credentialId: true, transports: true },
  })
  const options = await generateRegistrationOptions({
    rpName: PRODUCT_NAME,
    rpID: relyingPartyId(),
    userID: new TextEncoder().encode(user.id),
    userName: user.email,
    userDisplayName: user.name ?? user.email,
    attestationType: "none",
    excludeCredentials: existing.map(descriptor),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  })
  await rememberChallenge(options.challenge, { ceremony: "registration", holder })
  return options
}

/** What a browser needs to sign with a passkey: one of the person's, or, before anybody is known, any of this app's. */
export async function passkeyRequestOptions(
  binding: Binding,
  userId: string | null = null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const known = userId
    ? await db().passkey.findMany({ where: { userId }, select: { credentialId: true, transports: true } })
    : []
  const options = await generateAuthenticationOptions({
    rpID: relyingPartyId(),
    userVerification: "required",
    allowCredentials: known.map(descriptor),
  })
  await rememberChallenge(options.challenge, binding)
  return options
}

function descriptor(passkey: { credentialId: Uint8Array; transports: string[] }) {
  return {
    id: Buffer.from(passkey.credentialId).toString("base64url"),
    transports: passkey.transports as AuthenticatorTransport[],
  }
}

type AuthenticatorTransport = NonNullable<RegistrationResponseJSON["response"]["transports"]>[number]

/** A new passkey as it is stored. */
export type NewPasskey = {
  credentialId: Uint8Array<ArrayBuffer>
  publicKey: Uint8Array<ArrayBuffer>
  counter: bigint
  transports: string[]
  backedUp: boolean
}

/** What an authenticator made, or null when it is not an answer to this holder's own challenge, or not for us. */
export async function verifyNewPasskey(
  response: RegistrationResponseJSON,
  holder: PasskeyHolder,
): Promise<NewPasskey | null> {
  const challenge = await claimChallenge(response.response.clientDataJSON, {
    ceremony: "registration",
    holder,
  })
  if (!challenge) return null
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: env().APP_URL,
    expectedRPID: relyingPartyId(),
    requireUserVerification: true,
  }).catch(refuse)
  if (!verified || !registrationInfo) return null
  const { credential, credentialBackedUp } = registrationInfo
  return {
    credentialId: new Uint8Array(Buffer.from(credential.id, "base64url")),
    publicKey: credential.publicKey,
    counter: BigInt(credential.counter),
    transports: (credential.transports ?? []).slice(0, 8),
    backedUp: credentialBackedUp,
  }
}

/** A passkey that has signed: whose it is, and what claimPasskey writes down. */
export type VerifiedPasskey = { id: string; userId: string; counter: bigint; newCounter: bigint }

/** The passkey that signed the holder's own challenge, or null for anything that is wrong with the answer. */
export async function verifyPasskey(
  response: AuthenticationResponseJSON,
  { source, ...binding }: Binding & { source: RequestSource },
): Promise<VerifiedPasskey | null> {
  const challenge = await claimChallenge(response.response.clientDataJSON, binding)
  const passkey = challenge ? await findPasskey(response, binding) : null
  if (!challenge || !passkey) return null
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: env().APP_URL,
    expectedRPID: relyingPartyId(),
    requireUserVerification: true,
    credential: {
      id: response.id,
      publicKey: new Uint8Array(passkey.publicKey),
      // Compared below, where a step back can be told from any other fault.
      counter: 0,
    },
  }).catch(refuse)
  // The library tells what was signed even where the signature is wrong.
  if (!verified || !authenticationInfo) return null
  const newCounter = BigInt(authenticationInfo.newCounter)
  const isCounting = newCounter > 0n || passkey.counter > 0n
  if (isCounting && newCounter <= passkey.counter) {
    await recordClone(source, passkey)
    return null
  }
  return { id: passkey.id, userId: passkey.userId, counter: passkey.counter, newCounter }
}

/** Writes down a passkey's use, inside the caller's transaction. False when another use of it was faster. */
export async function claimPasskey(
  tx: Db,
  { id, counter, newCounter }: Pick<VerifiedPasskey, "id" | "counter" | "newCounter">,
): Promise<boolean> {
  const { count } = await tx.passkey.updateMany({
    where: { id, counter },
    data: { counter: newCounter, lastUsedAt: currentTime() },
  })
  return count === 1
}

async function findPasskey({ id, response }: AuthenticationResponseJSON, { ceremony }: Binding) {
  const credentialId = new Uint8Array(Buffer.from(id, "base64url"))
  const passkey = await db().passkey.findUnique({
    where: { credentialId },
    select: { id: true, userId: true, publicKey: true, counter: true },
  })
  // The authenticator says whose key it is, and must agree; it must say so where nobody else did (WebAuthn 7.2 step 6).
  const userHandle = response.userHandle && Buffer.from(response.userHandle, "base64url").toString()
  const agrees = userHandle ? userHandle === passkey?.userId : ceremony !== "sign_in"
  return agrees ? passkey : null
}

/** Two authenticators hold this key, or somebody replays (WebAuthn 6.1.1). */
function recordClone(source: RequestSource, { id, userId }: { id: string; userId: string }): Promise<void> {
  return recordAudit(db(), source, {
    action: "second_factor.refused",
    organizationId: null,
    actor: systemActor,
    targetId: id,
    details: { kind: "passkey", failure: "counter_went_back", user: userId },
  })
}

async function rememberChallenge(challenge: string, { ceremony, holder }: Binding): Promise<void> {
  await db().passkeyChallenge.create({
    data: {
      hash: hashToken(challenge),
      ceremony,
      holder: holderHash(holder),
      expiresAt: addDuration(currentTime(), CHALLENGE_LIVES_FOR),
    },
    select: { hash: true },
  })
}

/** The challenge that an answer says it signed, taken away: nobody can answer it again. Null when it is not the holder's. */
async function claimChallenge(clientDataJSON: string, { ceremony, holder }: Binding): Promise<string | null> {
  const challenge = challengeIn(clientDataJSON)
  if (!challenge) return null
  const { count } = await db().passkeyChallenge.deleteMany({
    where: {
      hash: hashToken(challenge),
      ceremony,
      holder: holderHash(holder),
      expiresAt: { gt: currentTime() },
    },
  })
  return count === 1 ? challenge : null
}

/** Also null for an answer that a frame of another site asked for. */
function challengeIn(clientDataJSON: string): string | null {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString())
    const { challenge, crossOrigin } = data as { challenge?: unknown; crossOrigin?: unknown }
    return typeof challenge === "string" && crossOrigin !== true ? challenge : null
  } catch {
    return null
  }
}

function holderHash(holder: PasskeyHolder): Uint8Array<ArrayBuffer> {
  const [kind, value] = Object.entries(holder)[0] ?? []
  return hashToken(`${kind} ${value}`)
}

function relyingPartyId(): string {
  return new URL(env().APP_URL).hostname
}

/** Whatever @simplewebauthn finds fault with is a refusal; what it was is for the log. */
function refuse(error: unknown) {
  log.info({ err: error }, "passkey refused")
  return { verified: false, registrationInfo: undefined, authenticationInfo: undefined }
}

import { type PendingCaller, requirePerson, type UserCaller } from "../auth/caller"
import { generateRecoveryCodes, replaceRecoveryCodes } from "../auth/recovery-codes"
import { updateSecondFactorSince } from "../auth/second-factors"
import { generateTotpSecret, stepAt, totpCode } from "../auth/totp"
import { createUnconfirmedTotp } from "../auth/totp-factors"
import { currentTime } from "../clock"
import { db } from "../db"
import { env } from "../env"
import { Authenticator } from "./authenticator"
import type { Person } from "./factories"

// Second factors for tests, as if they had been added long ago, and whom the app takes their people for.

/** An authenticator app of the person, confirmed, of which no code was used. Their open sign-ins stay as they are. */
export async function addTotp({ caller }: Person) {
  const userId = caller.user.id
  const secret = generateTotpSecret()
  return db().$transaction(async (tx) => {
    await createUnconfirmedTotp(tx, userId, secret)
    const [factor] = await tx.totpFactor.updateManyAndReturn({
      where: { userId, confirmedAt: null },
      data: { confirmedAt: currentTime() },
      select: { id: true },
    })
    await updateSecondFactorSince(tx, userId)
    const code = (steps = 0) => totpCode(secret, stepAt(currentTime()) + steps)
    return { id: factor?.id ?? "", secret, code }
  })
}

/** A passkey of the person, and what signs with it. */
export async function addPasskey({ caller }: Person, { counter = 0 }: { counter?: number } = {}) {
  const userId = caller.user.id
  const authenticator = new Authenticator({ userId })
  const credentialId = new Uint8Array(Buffer.from(authenticator.credentialId, "base64url"))
  const { publicKey } = authenticator
  const stored = { userId, credentialId, publicKey, counter, name: "Test passkey", backedUp: false }
  return db().$transaction(async (tx) => {
    const { id } = await tx.passkey.create({ data: stored, select: { id: true } })
    await updateSecondFactorSince(tx, userId)
    return { id, authenticator }
  })
}

/** Ten recovery codes of the person. */
export async function addRecoveryCodes({ caller }: Person): Promise<string[]> {
  const fresh = await generateRecoveryCodes()
  await db().$transaction((tx) => replaceRecoveryCodes(tx, caller.user.id, fresh))
  return fresh.codes
}

type SignedIn = { cookie: string } | { bearer: { authorization: string } }

/** Whom the app takes for the caller of a request from this browser or program. */
export function callerBy(signedIn: SignedIn): Promise<UserCaller | PendingCaller> {
  const credential = "bearer" in signedIn ? signedIn.bearer : { cookie: signedIn.cookie }
  const request = { method: "POST", headers: { origin: env().APP_URL, ...credential } }
  return requirePerson(new Request(env().APP_URL, request))
}

/** The same, who awaits no second factor. */
export async function userBy(signedIn: SignedIn): Promise<UserCaller> {
  const caller = await callerBy(signedIn)
  if (caller.type === "user") return caller
  throw new Error("This sign-in awaits its second factor.")
}

/** The same, who awaits one. */
export async function pendingBy(signedIn: SignedIn): Promise<PendingCaller> {
  const caller = await callerBy(signedIn)
  if (caller.type === "pending_user") return caller
  throw new Error("This sign-in awaits no second factor.")
}

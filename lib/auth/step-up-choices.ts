import { currentTime } from "../clock"
import { db } from "../db"
import type { PendingCaller, UserCaller } from "./caller"
import { type FactorResetView, getFactorReset } from "./factor-resets"
import { passkeyRequestOptions } from "./passkeys"
import { countRecoveryCodes } from "./recovery-codes"
import { holderOf } from "./second-factors"
import { isFreshSignIn } from "./step-up"

/** By which ways somebody can prove now that it is them. */
export type StepUpChoices = {
  /** An app whose codes count, or recovery codes that are left. */
  takesCode: boolean
  hasPasskey: boolean
  /** Whether signing in again is enough. */
  maySignInAgain: boolean
}

/** What to offer to a sign-in that must step up. */
export async function getStepUpChoices({ user, proof }: UserCaller | PendingCaller): Promise<StepUpChoices> {
  const userId = user.id
  const [apps, passkeys, recoveryCodes] = await Promise.all([
    db().totpFactor.count({ where: { userId, confirmedAt: { not: null }, disabledAt: null } }),
    db().passkey.count({ where: { userId } }),
    countRecoveryCodes(db(), userId),
  ])
  return {
    takesCode: apps + recoveryCodes > 0,
    hasPasskey: passkeys > 0,
    maySignInAgain: proof.secondFactorSince === null && proof.policy === "optional",
  }
}

/** What the page shows to somebody whose second factor is awaited. */
export type PendingView = StepUpChoices & {
  /** They have none yet, and their organization asks for one: whether they may add one right now. */
  mustEnrol: boolean
  isFreshSignIn: boolean
  reset: FactorResetView | null
}

export async function getPendingView(caller: PendingCaller): Promise<PendingView> {
  const [choices, reset] = await Promise.all([getStepUpChoices(caller), getFactorReset(caller.user.id)])
  return {
    ...choices,
    mustEnrol: caller.proof.secondFactorSince === null,
    isFreshSignIn: isFreshSignIn(caller.proof, currentTime()),
    reset,
  }
}

/** What a browser needs to give one of the person's passkeys as second factor. */
export function secondFactorPasskeyOptions(caller: UserCaller | PendingCaller) {
  const { user, challengeHolder } = holderOf(caller)
  return passkeyRequestOptions({ ceremony: "second_factor", holder: challengeHolder }, user.id)
}

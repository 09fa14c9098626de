import { currentTime } from "../clock"
import { db } from "../db"
import type { PendingCaller, UserCaller } from "./caller"
import { type FactorResetView, getFactorReset } from "./factor-resets"
import type { ProviderId } from "./identity"
import { passkeyRequestOptions } from "./passkeys"
import { countRecoveryCodes } from "./recovery-codes"
import { holderOf } from "./second-factors"
import { listSignInMethods } from "./sign-in-methods"
import { isFreshSignIn } from "./step-up"

/** By which ways somebody can prove now that it is them. */
export type StepUpChoices = {
  /** An app whose codes count, or recovery codes that are left. */
  takesCode: boolean
  hasPasskey: boolean
  /** By which ways signing in again is enough, of those the person has; null where it is not. */
  again: { providers: { id: ProviderId; name: string }[]; hasPassword: boolean } | null
}

/** What to offer to a sign-in that must step up. */
export async function getStepUpChoices(caller: UserCaller | PendingCaller): Promise<StepUpChoices> {
  const { user, proof } = caller
  const userId = user.id
  const maySignInAgain = proof.secondFactorSince === null && proof.policy === "optional"
  const [methods, apps, passkeys, recoveryCodes] = await Promise.all([
    maySignInAgain ? listSignInMethods(caller) : null,
    db().totpFactor.count({ where: { userId, confirmedAt: { not: null }, disabledAt: null } }),
    db().passkey.count({ where: { userId } }),
    countRecoveryCodes(db(), userId),
  ])
  return {
    takesCode: apps + recoveryCodes > 0,
    hasPasskey: passkeys > 0,
    again: methods && {
      providers: methods.providers.filter(({ linked }) => linked).map(({ id, name }) => ({ id, name })),
      hasPassword: Boolean(methods.password?.changedAt),
    },
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

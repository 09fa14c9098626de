import type { SecondFactorMethod, SecondFactorPolicy } from "@/prisma/generated/enums"
import { currentTime } from "../clock"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import { AppError } from "../errors"
import type { UserCaller } from "./caller"

// Step-up: sensitive things ask for a proof that is fresh. A second factor is one, given in this very sign-in.
// Whoever has none may use a fresh sign-in instead, unless their organization says otherwise. Nothing but giving a
// proof makes one: not use, not a refresh, not another sign-in of the same person.

/** What a sign-in has proved, and what is asked of its person. */
export type Proof = {
  authTime: Date
  /** When the person proved it to the provider, where the provider says so. */
  providerAuthTime: Date | null
  secondFactorPending: boolean
  secondFactorAt: Date | null
  secondFactorMethod: SecondFactorMethod | null
  /** Since when the person has a second factor, or null. */
  secondFactorSince: Date | null
  policy: SecondFactorPolicy
}

/** The proof of somebody who has just signed in and has no second factor. */
export function freshSignIn(authTime = currentTime()): Proof {
  return {
    authTime,
    providerAuthTime: null,
    secondFactorPending: false,
    secondFactorAt: null,
    secondFactorMethod: null,
    secondFactorSince: null,
    policy: "optional",
  }
}

/** What the latest fresh proof was; `sign_in` is the weaker kind. */
export type StepUpMethod = SecondFactorMethod | "sign_in"

/** Whether a sign-in is good for nothing but giving a second factor. */
export function awaitsSecondFactor(
  proof: Pick<Proof, "policy" | "secondFactorAt" | "secondFactorPending">,
): boolean {
  const isRequired = proof.policy === "required" && proof.secondFactorAt === null
  return proof.secondFactorPending || isRequired
}

/** The fresh proof of a sign-in and until when it counts, or null. */
export function stepUpOf(proof: Proof, now: Date): { method: StepUpMethod; until: Date } | null {
  const { secondFactorAt, secondFactorMethod, secondFactorSince, policy } = proof
  if (secondFactorAt && secondFactorMethod && isFresh(secondFactorAt, now))
    return { method: secondFactorMethod, until: freshUntil(secondFactorAt) }
  const mayUseSignIn = secondFactorSince === null && policy === "optional"
  const signedInAt = signInTime(proof)
  if (!mayUseSignIn || !isFresh(signedInAt, now)) return null
  return { method: "sign_in", until: freshUntil(signedInAt) }
}

/** Whether the sign-in itself is fresh, which is what adding the first second factor needs under every policy. */
export function isFreshSignIn(proof: Proof, now: Date): boolean {
  return isFresh(signInTime(proof), now)
}

/** A provider that lets somebody pass on an old sign-in of its own says so; then that is the time that counts. */
function signInTime({ authTime, providerAuthTime }: Proof): Date {
  return providerAuthTime && providerAuthTime < authTime ? providerAuthTime : authTime
}

function isFresh(time: Date, now: Date): boolean {
  return now < freshUntil(time)
}

function freshUntil(time: Date): Date {
  return addDuration(time, seconds(env().STEP_UP_SECONDS))
}

/**
 * Throws unless the caller has a fresh proof: step_up_required to a browser, insufficient_user_authentication to a
 * program (RFC 9470 section 3). What the proof was goes into the record of what the caller does next.
 */
export function requireStepUp(caller: UserCaller): void {
  const stepUp = stepUpOf(caller.proof, currentTime())
  if (!stepUp) throw stepUpError(caller)
  caller.stepUp = stepUp.method
}

/** What requireStepUp found, as the record of the act has it; nothing where it was not asked. */
export function stepUpDetails({ stepUp }: Pick<UserCaller, "stepUp">): { stepUp?: StepUpMethod } {
  return stepUp ? { stepUp } : {}
}

/** Throws forbidden for a program, which never changes how its person signs in: who holds its tokens need not be them. */
export function requireBrowser({ clientId }: Pick<UserCaller, "clientId">): void {
  if (clientId !== null)
    throw new AppError("forbidden", "How you sign in is changed in the browser. Sign in there.")
}

/** What tells a caller to prove who they are: once more, or better. */
export function stepUpError({ clientId }: Pick<UserCaller, "clientId">): AppError {
  if (clientId === null) return new AppError("step_up_required", "Confirm that it is you to do this.")
  return new AppError(
    "insufficient_user_authentication",
    "This needs a second factor, or a sign-in, that is fresh.",
    { maxAgeSeconds: env().STEP_UP_SECONDS },
  )
}

/** What tells a sign-in that awaits its second factor. */
export function secondFactorError({ clientId }: Pick<UserCaller, "clientId">): AppError {
  const message = "This sign-in needs a second factor before anything else."
  if (clientId === null) return new AppError("second_factor_required", message)
  return new AppError("insufficient_user_authentication", message, { maxAgeSeconds: env().STEP_UP_SECONDS })
}

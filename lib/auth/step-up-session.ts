import type { SecondFactorMethod } from "@/prisma/generated/enums"
import { recordCallerAudit } from "../audit/audit-log"
import { currentTime } from "../clock"
import type { Db } from "../db"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import { AppError } from "../errors"
import type { PendingCaller, UserCaller } from "./caller"
import { cancelFactorReset } from "./factor-resets"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { holderOf, type SecondFactorAttempt, takeSecondFactor } from "./second-factors"

/** A sign-in that has just been stepped up. */
export type SteppedUp = {
  method: SecondFactorMethod
  /** Until when sensitive things are open. */
  until: Date
  /** What the browser's cookie must hold from now on; null for a program. */
  cookie: { token: string; expiresAt: Date } | null
}

/** Takes a second factor from a sign-in and steps that one up. Throws like takeSecondFactor, and unauthenticated. */
export function stepUp(caller: UserCaller | PendingCaller, attempt: SecondFactorAttempt): Promise<SteppedUp> {
  return takeSecondFactor(holderOf(caller), attempt, (tx, method) => stepUpSession(tx, caller, method))
}

/** How a factor shows in `amr` (RFC 8176). */
const factorAmr: Record<SecondFactorMethod, string[]> = {
  totp: ["otp", "mfa"],
  passkey: ["pop", "user", "mfa"],
  recovery_code: ["mfa"],
}

/** The `amr` of a sign-in in which this factor was given too. */
export function withFactor(amr: readonly string[], method: SecondFactorMethod): string[] {
  return [...new Set([...amr, ...factorAmr[method]])]
}

/**
 * Writes a second factor down in its sign-in, inside the caller's transaction. A browser gets a new cookie and the old
 * one is worth nothing from then on (ASVS 7.2.4). Throws unauthenticated for a sign-in that has ended meanwhile.
 */
export async function stepUpSession(
  tx: Db,
  caller: UserCaller | PendingCaller,
  method: SecondFactorMethod,
): Promise<SteppedUp> {
  const { sessionId: id, clientId, user, organization, source } = caller
  const now = currentTime()
  const session = await tx.session.findUnique({
    where: { id, endedAt: null },
    select: { amr: true, expiresAt: true },
  })
  if (!session) throw new AppError("unauthenticated", "This session has ended. Sign in again.")
  const token = clientId === null ? generateOpaqueToken() : null
  await tx.session.update({
    where: { id },
    data: {
      amr: withFactor(session.amr, method),
      secondFactorAt: now,
      secondFactorMethod: method,
      secondFactorPending: false,
      ...(token ? { tokenHash: hashToken(token) } : {}),
    },
    select: { id: true },
  })
  await cancelFactorReset(tx, source, { userId: user.id, organizationId: organization.id })
  await recordCallerAudit(tx, caller, {
    action: "session.stepped_up",
    targetId: id,
    details: { method },
  })
  const until = addDuration(now, seconds(env().STEP_UP_SECONDS))
  return { method, until, cookie: token ? { token, expiresAt: session.expiresAt } : null }
}

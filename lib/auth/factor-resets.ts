import { recordAudit, recordCallerAudit } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, seconds } from "../duration"
import { env } from "../env"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { factorResetDoneMail, factorResetRequestedMail } from "../mail/factor-mails"
import { enqueueMail } from "../mail/mail-queue"
import type { PendingCaller, UserCaller } from "./caller"
import { lockOwnCredentials } from "./credential-lock"
import { cancelUnfinishedLogins } from "./program-sessions"
import { endSessions } from "./sessions"
import { isFreshSignIn } from "./step-up"

// The way out for who has lost every second factor: say so after the first, wait, and come back. The person is told
// by mail at once, and whoever gives one of the factors in that time ends the wait. So a thief of the first factor
// alone gains nothing while its owner reads mail or signs in.

const open = { cancelledAt: null, completedAt: null } as const

export type FactorResetView = { createdAt: Date; readyAt: Date; isReady: boolean }

/** The person's reset that is under way, or null. */
export async function getFactorReset(userId: string): Promise<FactorResetView | null> {
  const reset = await db().factorReset.findFirst({
    where: { userId, ...open },
    select: { createdAt: true, readyAt: true },
  })
  return reset && { ...reset, isReady: reset.readyAt <= currentTime() }
}

/** Begins the wait of FACTOR_RESET_DELAY_SECONDS and tells the person; one that is under way goes on as it is. */
export async function requestFactorReset(caller: PendingCaller): Promise<FactorResetView> {
  requireFreshSignIn(caller)
  const { user, source } = caller
  const now = currentTime()
  const readyAt = addDuration(now, seconds(env().FACTOR_RESET_DELAY_SECONDS))
  await db().$transaction(async (tx) => {
    await lockOwnCredentials(tx, caller)
    if (await tx.factorReset.findFirst({ where: { userId: user.id, ...open }, select: { id: true } })) return
    const { id } = await tx.factorReset.create({
      data: { userId: user.id, createdAt: now, readyAt },
      select: { id: true },
    })
    await recordCallerAudit(tx, caller, {
      action: "factor_reset.requested",
      targetId: id,
    })
    await enqueueMail(tx, [user.email], factorResetRequestedMail({ readyAt, from: source }))
  })
  return (await getFactorReset(user.id)) ?? { createdAt: now, readyAt, isReady: false }
}

/** Ends a reset that is under way, inside the caller's transaction; none is fine too. */
export async function cancelFactorReset(
  tx: Db,
  source: RequestSource,
  { userId, organizationId }: { userId: string; organizationId: string },
): Promise<void> {
  const cancelled = await tx.factorReset.updateManyAndReturn({
    where: { userId, ...open },
    data: { cancelledAt: currentTime() },
    select: { id: true },
  })
  for (const { id } of cancelled) {
    await recordAudit(tx, source, {
      action: "factor_reset.cancelled",
      organizationId,
      actor: { type: "user", id: userId },
      targetId: id,
    })
  }
}

/**
 * Removes every second factor of somebody whose wait is over, and ends all their other sign-ins. Throws conflict
 * while it is not over, or after it was cancelled.
 */
export async function completeFactorReset(caller: PendingCaller): Promise<void> {
  requireFreshSignIn(caller)
  const { user, source, sessionId } = caller
  const now = currentTime()
  const isDone = await db().$transaction(async (tx) => {
    await lockOwnCredentials(tx, caller)
    const [reset] = await tx.factorReset.updateManyAndReturn({
      where: { userId: user.id, ...open, readyAt: { lte: now } },
      data: { completedAt: now },
      select: { id: true },
    })
    if (!reset) return false
    await removeAllFactors(tx, user.id)
    await cancelUnfinishedLogins(tx, { userId: user.id })
    const others = { userId: user.id, id: { not: sessionId } }
    await endSessions(tx, source, others, { reason: "credentials_changed" })
    await tx.session.update({
      where: { id: sessionId },
      data: { secondFactorPending: false },
      select: { id: true },
    })
    await recordCallerAudit(tx, caller, {
      action: "factor_reset.completed",
      targetId: reset.id,
    })
    await enqueueMail(tx, [user.email], factorResetDoneMail({ at: now, from: source }))
    return true
  })
  if (!isDone)
    throw new AppError("conflict", "The waiting period is not over, or a second factor has been used since.")
}

async function removeAllFactors(tx: Db, userId: string): Promise<void> {
  await tx.totpFactor.deleteMany({ where: { userId } })
  await tx.passkey.deleteMany({ where: { userId } })
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.user.update({ where: { id: userId }, data: { secondFactorSince: null }, select: { id: true } })
}

function requireFreshSignIn({ proof }: PendingCaller | UserCaller): void {
  if (isFreshSignIn(proof, currentTime())) return
  throw new AppError("step_up_required", "Sign in again, then do this right away.")
}

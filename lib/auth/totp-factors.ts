import { recordAudit, systemActor } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { env } from "../env"
import { log } from "../log"
import { factorDisabledMail } from "../mail/factor-mails"
import { enqueueMail } from "../mail/mail-queue"
import { SealError, seal, sealPrefix, unseal } from "./seal"
import type { FactorHolder } from "./second-factors"
import { matchTotpStep } from "./totp"

// Authenticator apps. The secret lies sealed; a code is claimed by moving `lastStep` forward, so of two that give the
// same code at once one is let in, and none that was seen over a shoulder is good a second time (RFC 6238 5.2).

/** Consecutive wrong codes after which an app is switched off (NIST SP 800-63B-4 section 3.2.2 allows 100). */
const FAILED_ATTEMPTS_MAX = 50

const claimable = { id: true, userId: true, sealedSecret: true } as const

/** The person's app that counts, or null. */
export function getTotpFactor(userId: string) {
  return db().totpFactor.findFirst({
    where: { userId, confirmedAt: { not: null }, disabledAt: null },
    select: claimable,
  })
}

export type ClaimableFactor = { id: string; userId: string; sealedSecret: string }

/** Uses a code up, inside the caller's transaction; a wrong or used one is counted instead, and false returned. */
export async function claimTotpCode(
  tx: Db,
  holder: FactorHolder,
  { factor, code }: { factor: ClaimableFactor; code: string },
): Promise<boolean> {
  const now = currentTime()
  const step = matchTotpStep(openTotpSecret(factor), code, now)
  if (step !== null) {
    const { count } = await tx.totpFactor.updateMany({
      where: { id: factor.id, disabledAt: null, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
      data: { lastStep: step, failedAttempts: 0, lastUsedAt: now },
    })
    if (count === 1) return true
  }
  await countFailure(tx, holder, factor.id)
  return false
}

async function countFailure(tx: Db, holder: FactorHolder, id: string): Promise<void> {
  const [counted] = await tx.totpFactor.updateManyAndReturn({
    where: { id },
    data: { failedAttempts: { increment: 1 } },
    select: { failedAttempts: true },
  })
  // None where the app was removed in this very moment.
  if (counted?.failedAttempts !== FAILED_ATTEMPTS_MAX) return
  const { organization, user, source } = holder
  await tx.totpFactor.update({ where: { id }, data: { disabledAt: currentTime() }, select: { id: true } })
  await recordAudit(tx, source, {
    action: "second_factor.disabled",
    organizationId: organization.id,
    actor: systemActor,
    targetId: id,
    details: { failedAttempts: counted.failedAttempts },
  })
  await enqueueMail(tx, [user.email], factorDisabledMail({ at: currentTime(), from: source }))
}

/** Stores a secret that its person has not confirmed yet, in the place of any other such. */
export async function createUnconfirmedTotp(tx: Db, userId: string, secret: string): Promise<void> {
  await tx.totpFactor.deleteMany({ where: { userId, confirmedAt: null } })
  await tx.totpFactor.create({
    data: { userId, sealedSecret: seal(secret, placeOf(userId)) },
    select: { id: true },
  })
}

/** The secret of an app, opened. Throws SealError when it is another person's, or under a key that is gone. */
export function openTotpSecret({ userId, sealedSecret }: Omit<ClaimableFactor, "id">): string {
  return unseal(sealedSecret, placeOf(userId))
}

const BATCH_ROWS = 200

/**
 * Seals anew what is still sealed under KEY_ENCRYPTION_KEY_PREVIOUS, and returns how many there were. Safe on any number
 * of instances at once. What no key opens stays as it is, and is told to the log.
 */
export async function resealTotpSecrets(): Promise<number> {
  if (!env().KEY_ENCRYPTION_KEY_PREVIOUS) return 0
  let resealed = 0
  for (let after = ""; ; ) {
    const factors = await db().totpFactor.findMany({
      where: { id: { gt: after }, NOT: { sealedSecret: { startsWith: sealPrefix() } } },
      orderBy: { id: "asc" },
      take: BATCH_ROWS,
      select: claimable,
    })
    const last = factors.at(-1)
    if (!last) return resealed
    for (const factor of factors) resealed += await reseal(factor)
    after = last.id
  }
}

async function reseal(factor: ClaimableFactor): Promise<number> {
  const { id, userId, sealedSecret } = factor
  try {
    const { count } = await db().totpFactor.updateMany({
      where: { id, sealedSecret },
      data: { sealedSecret: seal(openTotpSecret(factor), placeOf(userId)) },
    })
    return count
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    log.error({ err: error, factor: id }, "the secret of an authenticator app does not open")
    return 0
  }
}

function placeOf(userId: string): string {
  return `totp_factor:${userId}`
}

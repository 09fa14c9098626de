import type { AuthenticationResponseJSON } from "@simplewebauthn/server"
import type { SecondFactorMethod } from "@/prisma/generated/enums"
import { recordAudit } from "../audit/audit-log"
import { type Db, db } from "../db"
import { AppError } from "../errors"
import { recoveryCodeUsedMail } from "../mail/factor-mails"
import { enqueueMail } from "../mail/mail-queue"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import type { PendingCaller, UserCaller } from "./caller"
import { lockCredentials } from "./credential-lock"
import { claimPasskey, type PasskeyHolder, verifyPasskey } from "./passkeys"
import {
  claimRecoveryCode,
  countRecoveryCodes,
  type FoundRecoveryCode,
  findRecoveryCode,
  normalizeRecoveryCode,
} from "./recovery-codes"
import { claimTotpCode, getTotpFactor } from "./totp-factors"
import { withoutGaps } from "./typed-code"

// Giving a second factor: the code of an app, a passkey, or a recovery code. What may be guessed is limited per
// person, whatever address asks; all of it counts as a login attempt of the address. A wrong attempt is committed
// before it is refused, a right one is used up in the transaction of what it opens.

/** Whose second factor it is, and who asks: a sign-in, or a program's sign-in that is under way. */
export type FactorHolder = Pick<UserCaller, "user" | "organization" | "source"> & {
  /** What the challenge of a passkey is bound to. */
  challengeHolder: PasskeyHolder
  /** Whether a second factor was given in this sign-in before. */
  isSettled: boolean
}

export type SecondFactorAttempt =
  | { type: "code"; code: string }
  | { type: "passkey"; response: AuthenticationResponseJSON }

type Check = {
  method: SecondFactorMethod
  claim: (tx: Db) => Promise<boolean>
}

/**
 * Takes a second factor, once, and does `open` in the same transaction. Throws second_factor_refused for what is
 * wrong, used or another's, rate_limited (429) and unavailable.
 */
export async function takeSecondFactor<T>(
  holder: FactorHolder,
  attempt: SecondFactorAttempt,
  open: (tx: Db, method: SecondFactorMethod) => Promise<T>,
): Promise<T> {
  await requireWithin("login", addressSubject(holder.source.clientAddress))
  const check =
    attempt.type === "code"
      ? await checkCode(holder, attempt.code)
      : await checkPasskey(holder, attempt.response)
  if (!check) {
    await recordRefusal(db(), holder, attempt.type)
    throw refused()
  }
  const outcome = await db().$transaction(async (tx) => {
    await lockCredentials(tx, holder.user.id)
    if (await check.claim(tx)) return { opened: await open(tx, check.method) }
    await recordRefusal(tx, holder, check.method)
    return null
  })
  if (!outcome) throw refused()
  return outcome.opened
}

function refused(): AppError {
  return new AppError(
    "second_factor_refused",
    "That did not work. Use the latest code from your app, a passkey, or an unused recovery code.",
  )
}

async function checkCode(holder: FactorHolder, text: string): Promise<Check | null> {
  const { user, isSettled } = holder
  const subject = `${user.id}${isSettled ? " settled" : ""}`
  const code = withoutGaps(text)
  if (normalizeRecoveryCode(code)) {
    await requireWithin("second_factor", `${subject} recovery_code`)
    const found = await findRecoveryCode(user.id, code)
    return found && { method: "recovery_code", claim: (tx) => claimRecovery(tx, holder, found) }
  }
  if (!/^\d{6}$/.test(code)) return null
  await requireWithin("second_factor", `${subject} totp`)
  const factor = await getTotpFactor(user.id)
  return factor && { method: "totp", claim: (tx) => claimTotpCode(tx, holder, { factor, code }) }
}

async function claimRecovery(
  tx: Db,
  { user, organization, source }: FactorHolder,
  found: FoundRecoveryCode,
): Promise<boolean> {
  if (!(await claimRecoveryCode(tx, user.id, found))) return false
  const left = await countRecoveryCodes(tx, user.id)
  await recordAudit(tx, source, {
    action: "recovery_code.used",
    organizationId: organization.id,
    actor: { type: "user", id: user.id },
    targetId: user.id,
    details: { left },
  })
  await enqueueMail(tx, [user.email], recoveryCodeUsedMail({ left, from: source }))
  return true
}

async function checkPasskey(
  holder: FactorHolder,
  response: AuthenticationResponseJSON,
): Promise<Check | null> {
  const verified = await verifyPasskey(response, {
    ceremony: "second_factor",
    holder: holder.challengeHolder,
    source: holder.source,
  })
  if (!verified || verified.userId !== holder.user.id) return null
  return { method: "passkey", claim: (tx) => claimPasskey(tx, verified) }
}

function recordRefusal(db: Db, { user, organization, source }: FactorHolder, kind: string): Promise<void> {
  return recordAudit(db, source, {
    action: "second_factor.refused",
    organizationId: organization.id,
    actor: { type: "user", id: user.id },
    targetId: user.id,
    details: { kind },
  })
}

/** The holder that a sign-in is. */
export function holderOf(caller: UserCaller | PendingCaller): FactorHolder {
  const { user, organization, source, sessionId, proof } = caller
  return {
    ...{ user, organization, source },
    challengeHolder: { sessionId },
    isSettled: proof.secondFactorAt !== null,
  }
}

/** Writes down since when the person has a second factor, inside the transaction that adds or removes one. */
export async function updateSecondFactorSince(tx: Db, userId: string): Promise<Date | null> {
  const [totp, passkey] = await Promise.all([
    tx.totpFactor.findFirst({
      where: { userId, confirmedAt: { not: null } },
      select: { confirmedAt: true },
    }),
    tx.passkey.findFirst({ where: { userId }, orderBy: { id: "asc" }, select: { createdAt: true } }),
  ])
  const times = [totp?.confirmedAt, passkey?.createdAt].flatMap((time) => time ?? [])
  const since = times.sort((a, b) => a.getTime() - b.getTime())[0] ?? null
  // A disabled app still counts: guessing wrong must not open the way for those who have none.
  await tx.user.update({ where: { id: userId }, data: { secondFactorSince: since }, select: { id: true } })
  return since
}

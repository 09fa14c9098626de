import { recordCallerAudit } from "../audit/audit-log"
import type { UserCaller } from "../auth/caller"
import { lockCredentials } from "../auth/credential-lock"
import { requireSignInMethod } from "../auth/sign-in-methods"
import { requireBrowser, requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { AppError, notFound } from "../errors"
import { enqueueMail } from "../mail/mail-queue"
import { passwordChangedMail, passwordRemovedMail, passwordSetMail } from "../mail/password-mails"
import { hashPassword } from "./password-hash"
import { requireGoodPassword } from "./password-policy"
import { afterPasswordChange } from "./password-reset"
import { checkPassword } from "./password-sign-in"
import { requirePasswordsEnabled } from "./passwords-enabled"

// A person's own password, from a sign-in that has just proved who they are.

type PasswordInput = { password: string; currentPassword?: string | undefined }

/**
 * Gives the person a password, or another one in place of the present one, which must be given too (ASVS 6.2.3); that
 * ends their other sign-ins. Throws invalid_input, rate_limited, step_up_required, or conflict for who comes second.
 */
export async function setPassword(
  caller: UserCaller,
  { password, currentPassword }: PasswordInput,
): Promise<void> {
  requirePasswordsEnabled()
  requireBrowser(caller)
  requireStepUp(caller)
  const { user } = caller
  requireGoodPassword(password, user)
  const presentHash = await requirePresent(caller, currentPassword)
  const hash = await hashPassword(password)
  await db().$transaction(async (tx) => {
    await lockCredentials(tx, user.id)
    await replace(tx, user.id, { hash, presentHash })
    if (presentHash)
      await afterPasswordChange(tx, caller.source, { userId: user.id, sessionId: caller.sessionId })
    await recordCallerAudit(tx, caller, { action: "password.set", targetId: user.id })
    const facts = { at: currentTime(), from: caller.source }
    await enqueueMail(tx, [user.email], presentHash ? passwordChangedMail(facts) : passwordSetMail(facts))
  })
}

/** The hash of the present password, which must have been given, or null where there is none. */
async function requirePresent(
  { user, source }: UserCaller,
  given: string | undefined,
): Promise<string | null> {
  const has = await db().password.findUnique({ where: { userId: user.id }, select: { userId: true } })
  if (!has) return null
  const checked =
    given === undefined ? null : await checkPassword(source, { email: user.email, password: given })
  if (checked?.userId === user.id) return checked.hash
  const message = given === undefined ? "is required" : "is not right"
  throw new AppError("invalid_input", `The present password ${message}.`, {
    faults: [{ path: "current_password", message }],
  })
}

async function replace(
  tx: Db,
  userId: string,
  { hash, presentHash }: { hash: string; presentHash: string | null },
): Promise<void> {
  const changedAt = currentTime()
  const { count } = presentHash
    ? await tx.password.updateMany({ where: { userId, hash: presentHash }, data: { hash, changedAt } })
    : await tx.password.createMany({ data: [{ userId, hash, changedAt }], skipDuplicates: true })
  if (count === 0) throw new AppError("conflict", "Your password was changed meanwhile. Look again.")
}

/** Takes the person's password away. Throws step_up_required, not_found, or conflict for the last way in. */
export async function removePassword(caller: UserCaller): Promise<void> {
  requirePasswordsEnabled()
  requireBrowser(caller)
  requireStepUp(caller)
  const { user, source, sessionId } = caller
  await db().$transaction(async (tx) => {
    await lockCredentials(tx, user.id)
    const { count } = await tx.password.deleteMany({ where: { userId: user.id } })
    if (count === 0) throw notFound()
    await requireSignInMethod(tx, user.id)
    await afterPasswordChange(tx, source, { userId: user.id, sessionId })
    await recordCallerAudit(tx, caller, { action: "password.removed", targetId: user.id })
    await enqueueMail(tx, [user.email], passwordRemovedMail({ at: currentTime(), from: source }))
  })
}

import { recordCallerAudit } from "../audit/audit-log"
import type { UserCaller } from "../auth/caller"
import { lockOwnCredentials } from "../auth/credential-lock"
import { cancelUnfinishedLogins } from "../auth/program-sessions"
import { endSessions } from "../auth/sessions"
import { requireSignInMethod } from "../auth/sign-in-methods"
import { requireBrowser, requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { AppError, notFound } from "../errors"
import type { RequestSource } from "../http/request-context"
import { enqueueMail } from "../mail/mail-queue"
import { passwordChangedMail, passwordRemovedMail, passwordSetMail } from "../mail/password-mails"
import { requireWithin } from "../rate-limit/limit"
import { hashPassword } from "./password-hash"
import { requireGoodPassword } from "./password-policy"
import { checkPassword } from "./password-sign-in"
import { requirePasswordsEnabled } from "./passwords-enabled"

// A person's own password, from a sign-in that has just proved who they are.

type PasswordInput = { password: string; currentPassword?: string | undefined }

/**
 * Gives the person a password, or a new one for the current one, which must be given too (ASVS 6.2.3); that ends their
 * other sign-ins. Throws invalid_input, rate_limited, forbidden, step_up_required, or conflict for who comes second.
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
  await requireWithin("credential_change", user.id)
  const currentHash = await requireCurrentPassword(caller, currentPassword)
  const hash = await hashPassword(password)
  await db().$transaction(async (tx) => {
    await lockOwnCredentials(tx, caller)
    await storePassword(tx, user.id, { hash, currentHash })
    if (currentHash)
      await revokeEarlierAccess(tx, caller.source, { userId: user.id, sessionId: caller.sessionId })
    await recordCallerAudit(tx, caller, { action: "password.set", targetId: user.id })
    const facts = { at: currentTime(), from: caller.source }
    await enqueueMail(tx, [user.email], currentHash ? passwordChangedMail(facts) : passwordSetMail(facts))
  })
}

/** The hash of the current password, or null where there is none. Throws invalid_input unless it was given. */
async function requireCurrentPassword(
  { user, source }: UserCaller,
  given: string | undefined,
): Promise<string | null> {
  const has = await db().password.findUnique({ where: { userId: user.id }, select: { userId: true } })
  if (!has) return null
  const checked =
    given === undefined
      ? null
      : await checkPassword(source, { email: user.email, password: given, userId: user.id })
  if (checked?.userId === user.id) return checked.hash
  const message = given === undefined ? "is required" : "is wrong"
  throw new AppError("invalid_input", `The current password ${message}.`, {
    faults: [{ path: "current_password", message }],
  })
}

async function storePassword(
  tx: Db,
  userId: string,
  { hash, currentHash }: { hash: string; currentHash: string | null },
): Promise<void> {
  const changedAt = currentTime()
  const { count } = currentHash
    ? await tx.password.updateMany({ where: { userId, hash: currentHash }, data: { hash, changedAt } })
    : await tx.password.createMany({ data: [{ userId, hash, changedAt }], skipDuplicates: true })
  if (count === 0)
    throw new AppError("conflict", "Your password has just been changed elsewhere. Reload the page.")
}

/**
 * Removes the person's password and ends their other sign-ins. Throws forbidden, step_up_required, not_found, or
 * conflict for the last sign-in method.
 */
export async function removePassword(caller: UserCaller): Promise<void> {
  requirePasswordsEnabled()
  requireBrowser(caller)
  requireStepUp(caller)
  const { user, source, sessionId } = caller
  await db().$transaction(async (tx) => {
    await lockOwnCredentials(tx, caller)
    const { count } = await tx.password.deleteMany({ where: { userId: user.id } })
    if (count === 0) throw notFound()
    await requireSignInMethod(tx, user.id)
    await revokeEarlierAccess(tx, source, { userId: user.id, sessionId })
    await recordCallerAudit(tx, caller, { action: "password.removed", targetId: user.id })
    await enqueueMail(tx, [user.email], passwordRemovedMail({ at: currentTime(), from: source }))
  })
}

/**
 * Ends, inside the transaction that changes a password, what somebody who knew the earlier one may hold: mailed links,
 * unfinished sign-ins of programs, and every sign-in but `sessionId`.
 */
export async function revokeEarlierAccess(
  tx: Db,
  source: RequestSource,
  { userId, sessionId }: { userId: string; sessionId?: string },
): Promise<void> {
  await tx.mailedLink.deleteMany({ where: { userId } })
  await cancelUnfinishedLogins(tx, { userId })
  const which = sessionId ? { userId, id: { not: sessionId } } : { userId }
  await endSessions(tx, source, which, { reason: "credentials_changed" })
}

import { recordAudit } from "../audit/audit-log"
import { lockCredentials } from "../auth/credential-lock"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import type { RequestSource } from "../http/request-context"
import { enqueueMail, type MailContent } from "../mail/mail-queue"
import { nobodyMail, noPasswordMail, passwordChangedMail, resetPasswordMail } from "../mail/password-mails"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import {
  claimMailedLink,
  createMailedLink,
  getMailedLink,
  linkExpired,
  requireMailable,
} from "./mailed-links"
import { revokeEarlierAccess } from "./password-change"
import { hashPassword } from "./password-hash"
import { requireGoodPassword } from "./password-policy"
import { requirePasswordsEnabled } from "./passwords-enabled"

// For who forgot the password: a link by mail to choose a new one. It ends every sign-in of the person, opens none, and
// never passes a second factor. Nobody gets a password this way who had none.

/**
 * Mails a link, or why there is none; the answer is one for all. Throws invalid_input, rate_limited and unavailable.
 */
export async function requestPasswordReset(
  source: RequestSource,
  { email }: { email: string },
): Promise<void> {
  requirePasswordsEnabled()
  await requireWithin("login", addressSubject(source.clientAddress))
  const address = await requireMailable(email, "password_reset")
  await db().$transaction(async (tx) => {
    await enqueueMail(tx, [address], await resetMail(tx, source, address))
  })
}

/** Of as many statements for nobody as for somebody, the link included: the time of the answer must not tell. */
async function resetMail(tx: Db, source: RequestSource, email: string): Promise<MailContent> {
  const person = await tx.user.findUnique({ where: { email }, select: { id: true } })
  const password = await tx.password.findFirst({ where: { user: { email } }, select: { userId: true } })
  const userId = password?.userId ?? null
  const url = await createMailedLink(tx, { purpose: "password_reset", email, userId })
  if (!person) return nobodyMail({ from: source })
  return password ? resetPasswordMail({ url, from: source }) : noPasswordMail({ from: source })
}

/** The address that a link to choose a new password was mailed to, while it is good, or null. Throws unavailable. */
export async function getPasswordReset(token: string): Promise<{ email: string } | null> {
  requirePasswordsEnabled()
  return getMailedLink(token, "password_reset")
}

/**
 * Sets the password of the person to whom the link was mailed, and ends all their sign-ins. Throws invalid_input,
 * rate_limited, and conflict for a link that is used or has run out.
 */
export async function resetPassword(
  source: RequestSource,
  { token, password }: { token: string; password: string },
): Promise<void> {
  requirePasswordsEnabled()
  await requireWithin("login", addressSubject(source.clientAddress))
  const link = await getMailedLink(token, "password_reset")
  if (!link?.userId) throw linkExpired()
  const { email, userId, user } = link
  requireGoodPassword(password, { email, name: user?.name })
  const hash = await hashPassword(password)
  await db().$transaction(async (tx) => {
    await lockCredentials(tx, userId)
    const isOpen = await claimMailedLink(tx, token)
    const { count } = await tx.password.updateMany({
      // Not for who has another address by now, or has given up the password.
      where: { userId, user: { email } },
      data: { hash, changedAt: currentTime() },
    })
    if (!isOpen || count === 0) throw linkExpired()
    await revokeEarlierAccess(tx, source, { userId })
    await recordReset(tx, source, userId)
    await enqueueMail(tx, [email], passwordChangedMail({ at: currentTime(), from: source }))
  })
}

async function recordReset(tx: Db, source: RequestSource, userId: string): Promise<void> {
  const { organizationId } = await tx.membership.findFirstOrThrow({
    where: { userId },
    orderBy: { createdAt: "asc" },
    select: { organizationId: true },
  })
  const actor = { type: "user", id: userId } as const
  await recordAudit(tx, source, { action: "password.reset", organizationId, actor, targetId: userId })
}

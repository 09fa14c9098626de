import { type OpenedBrowser, openBrowserSession } from "../auth/browser-sign-in"
import { insertPerson } from "../auth/sign-in"
import { currentTime } from "../clock"
import { isUniqueViolation } from "../database-errors"
import { db } from "../db"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { enqueueMail } from "../mail/mail-queue"
import { accountExistsMail, finishSignUpMail } from "../mail/password-mails"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import {
  claimMailedLink,
  createMailedLink,
  getMailedLink,
  linkExpired,
  requireMailable,
} from "./mailed-links"
import { hashPassword } from "./password-hash"
import { requireGoodPassword } from "./password-policy"
import { requirePasswordsEnabled } from "./passwords-enabled"

// Signing up with an address: the mail comes first, and nothing of a person exists before whoever reads it has chosen a
// password. So nobody can prepare an account for somebody else's address, and no answer tells whose addresses are known.

/**
 * Mails a link to go on with, or, to whom is known already, how to sign in. The answer is one for both. Throws
 * invalid_input, rate_limited and unavailable.
 */
export async function requestSignUp(source: RequestSource, { email }: { email: string }): Promise<void> {
  requirePasswordsEnabled()
  await requireWithin("login", addressSubject(source.clientAddress))
  const address = await requireMailable(email, "sign_up")
  await db().$transaction(async (tx) => {
    const holder = await tx.user.findUnique({ where: { email: address }, select: { id: true } })
    // Also for who gets none: the time of the answer must not tell.
    const url = await createMailedLink(tx, { purpose: "sign_up", email: address, userId: null })
    const content = holder ? accountExistsMail({ from: source }) : finishSignUpMail({ url, from: source })
    await enqueueMail(tx, [address], content)
  })
}

/** The address that a link to sign up was mailed to, while it is good, or null. Throws unavailable. */
export async function getSignUp(token: string): Promise<{ email: string } | null> {
  requirePasswordsEnabled()
  return getMailedLink(token, "sign_up")
}

type SignUp = {
  token: string
  name?: string | undefined
  password: string
  /** The session this browser has now, which the new one replaces. */
  currentToken: string | null
}

/**
 * Creates the person to whom the link was mailed, with this password, and signs them in. Throws invalid_input,
 * rate_limited, and conflict for a link that is used, has run out, or whose address somebody has by now.
 */
export async function completeSignUp(
  source: RequestSource,
  { token, name, password, currentToken }: SignUp,
): Promise<OpenedBrowser> {
  requirePasswordsEnabled()
  await requireWithin("login", addressSubject(source.clientAddress))
  const link = await getMailedLink(token, "sign_up")
  if (!link) throw linkExpired()
  const { email } = link
  requireGoodPassword(password, { email, name })
  const hash = await hashPassword(password)
  const changedAt = currentTime()
  return db()
    .$transaction(async (tx) => {
      if (!(await claimMailedLink(tx, token))) throw linkExpired()
      const person = { email, name: name ?? null, password: { create: { hash, changedAt } } }
      const { id: userId } = await insertPerson(tx, source, person, { amr: ["pwd"] })
      const replaces = { token: currentToken }
      return openBrowserSession(tx, source, { userId, amr: ["pwd"], authTime: changedAt, replaces })
    })
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error
      throw new AppError("conflict", "This address already has an account. Sign in instead.", {
        cause: error,
      })
    })
}

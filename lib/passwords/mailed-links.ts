import type { MailedLinkPurpose } from "@/prisma/generated/enums"
import { normalizeEmail } from "../auth/email"
import { generateOpaqueToken, hashToken, isOpaqueToken } from "../auth/opaque-token"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, minutes } from "../duration"
import { env } from "../env"
import { AppError } from "../errors"
import { requireWithin } from "../rate-limit/limit"

// Links that prove that somebody reads the mail of an address: good once, for half an hour, for one purpose.

const LINK_LIFETIME = minutes(30)

const paths = { sign_up: "/sign-up/confirm", password_reset: "/reset-password" } as const

/** The address, normalized, if one more mail may go there; counts it. Throws invalid_input and rate_limited. */
export async function requireMailable(email: string, purpose: MailedLinkPurpose): Promise<string> {
  const address = normalizeEmail(email)
  if (!address) {
    const message = "must be an address such as ada@example.com"
    throw new AppError("invalid_input", `The address ${message}.`, { faults: [{ path: "email", message }] })
  }
  await requireWithin("account_mail", `${address} ${purpose}`)
  return address
}

type NewLink = { purpose: MailedLinkPurpose; email: string; userId: string | null }

/** A link for a mail, inside the transaction that queues the mail. */
export async function createMailedLink(tx: Db, { purpose, email, userId }: NewLink): Promise<string> {
  const token = generateOpaqueToken()
  const expiresAt = addDuration(currentTime(), LINK_LIFETIME)
  await tx.mailedLink.create({
    data: { tokenHash: hashToken(token), purpose, email, userId, expiresAt },
    select: { tokenHash: true },
  })
  return `${env().APP_URL}${paths[purpose]}?token=${token}`
}

/** Whom a link was mailed to. */
export type MailedLinkView = { email: string; userId: string | null; user: { name: string | null } | null }

/** Whom a link that is still good was mailed to, or null. Throws unavailable. */
export async function getMailedLink(
  token: string,
  purpose: MailedLinkPurpose,
): Promise<MailedLinkView | null> {
  if (!isOpaqueToken(token)) return null
  return db().mailedLink.findUnique({
    where: { tokenHash: hashToken(token), purpose, usedAt: null, expiresAt: { gt: currentTime() } },
    select: { email: true, userId: true, user: { select: { name: true } } },
  })
}

/** Uses a link up, inside the transaction of what it opens. False for whoever comes second. */
export async function claimMailedLink(tx: Db, token: string): Promise<boolean> {
  const now = currentTime()
  const { count } = await tx.mailedLink.updateMany({
    where: { tokenHash: hashToken(token), usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  })
  return count === 1
}

/** What refuses a mailed link that is used or has expired. */
export function linkExpired(): AppError {
  return new AppError("conflict", "This link has already been used or has expired. Get a new one.")
}

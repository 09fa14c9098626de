import { recordAudit, systemActor } from "../audit/audit-log"
import { type OpenedBrowser, openBrowserSession, type Replaced } from "../auth/browser-sign-in"
import type { UserCaller } from "../auth/caller"
import { lockCredentials } from "../auth/credential-lock"
import { normalizeEmail } from "../auth/email"
import { currentTime } from "../clock"
import { db } from "../db"
import { defer } from "../defer"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { addressSubject, requireWithin } from "../rate-limit/limit"
import { requireGuess, requireOwnGuess } from "./password-guesses"
import { verifyPassword } from "./password-hash"
import { requirePasswordsEnabled } from "./passwords-enabled"

// Signing in with a password. A wrong one, no such person and a person without a password are one answer, after the
// same work. Guessing is limited per client address and, whatever the address, per account (password-guesses.ts).

type PasswordSignIn = {
  email: string
  password: string
  /** The session this browser has now, which the new one replaces. */
  currentToken: string | null
}

/**
 * Opens a session for whose password it is; whoever has a second factor must still give it. Throws password_refused,
 * forbidden for somebody who is disabled, rate_limited and unavailable.
 */
export function signInWithPassword(
  source: RequestSource,
  { email, password, currentToken }: PasswordSignIn,
): Promise<OpenedBrowser> {
  return signIn(source, { email, password, replaces: { token: currentToken } })
}

/** The caller once more, by their password, in a new session of their browser. Throws like signInWithPassword. */
export function signInAgainWithPassword(
  { user, source, sessionId }: UserCaller,
  { password }: { password: string },
): Promise<OpenedBrowser> {
  return signIn(source, { email: user.email, password, userId: user.id, replaces: { sessionId } })
}

type Guess = {
  email: string
  password: string
  /** Who guesses, where they are signed in. */
  userId?: string
}

type Attempt = Guess & { replaces: Replaced }

async function signIn(source: RequestSource, { replaces, ...guess }: Attempt): Promise<OpenedBrowser> {
  requirePasswordsEnabled()
  await requireWithin("login", addressSubject(source.clientAddress))
  const email = normalizeEmail(guess.email)
  const person = email ? await checkPassword(source, { ...guess, email }) : null
  const opened = person && (await open(source, person, replaces))
  if (!opened) throw new AppError("password_refused", "Wrong e-mail address or password.")
  return opened
}

/** Whose password was given, and its hash when it was compared. */
type Checked = { userId: string; hash: string }

/**
 * The person of an address, normalized, if this is their password, else null; records who was guessed at. Throws
 * rate_limited.
 */
export async function checkPassword(
  source: RequestSource,
  { email, password, userId }: Guess,
): Promise<Checked | null> {
  await (userId ? requireOwnGuess(userId) : requireGuess(source, email))
  // One statement, whether there is such a person or not: the time of the answer must not tell.
  const stored = await db().password.findFirst({
    where: { user: { email } },
    select: { userId: true, hash: true },
  })
  const isRight = await verifyPassword(stored?.hash ?? null, password)
  if (stored && isRight) return stored
  defer(() => recordRefusal(source, email))
  return null
}

/** Beside the answer, and looked for whoever it was. */
async function recordRefusal(source: RequestSource, email: string): Promise<void> {
  const person = await db().user.findUnique({
    where: { email },
    select: {
      id: true,
      memberships: { orderBy: { createdAt: "asc" }, take: 1, select: { organizationId: true } },
    },
  })
  if (!person) return
  await recordAudit(db(), source, {
    action: "password.refused",
    organizationId: person.memberships[0]?.organizationId ?? null,
    actor: systemActor,
    targetId: person.id,
  })
}

/** Null where the password was changed since it was compared. */
function open(
  source: RequestSource,
  { userId, hash }: Checked,
  replaces: Replaced,
): Promise<OpenedBrowser | null> {
  return db().$transaction(async (tx) => {
    await lockCredentials(tx, userId)
    const unchanged = await tx.password.findUnique({ where: { userId, hash }, select: { userId: true } })
    if (!unchanged) return null
    return openBrowserSession(tx, source, { userId, amr: ["pwd"], authTime: currentTime(), replaces })
  })
}

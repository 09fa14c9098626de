import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, days, hours, minutes, seconds } from "../duration"
import { env } from "../env"
import { isDraining } from "../lifecycle"
import { log } from "../log"
import { every } from "../periodic"
import { processWide } from "../process-wide"
import { redactSecrets } from "../redact"
import { hasMailbox } from "./mailbox"
import { CONNECTIONS_MAX, isPermanentRefusal, type OutgoingMail, openMailServer, type SendMail } from "./smtp"

// The queue of mails is the table `mails`; every instance works on it. A worker claims mails by moving their next
// attempt into the future and sends them while that lease lasts. What this promises:
// - No mail is lost. One whose worker died, or whose server was away, is taken up again.
// - No two workers send the same mail: a claim is one conditional update, and a mail is begun only while so much of
//   its lease is left that the bounded waits of SMTP end before it does.
// - One case remains that SMTP leaves to no sender: the server takes the mail on, and the process dies before it
//   could write that down. The mail then goes out again, with the same Message-ID.

const LEASE = minutes(2)
const BEGIN_WITHIN = seconds(30)
const BATCH_MAILS = 20

const RETRY_FIRST = seconds(30)
const RETRY_MAX = hours(1)
/** Nobody is helped by older news. */
const GIVE_UP_AFTER = days(3)
const ERROR_LENGTH_MAX = 500

/** The way that is open. */
const open = processWide("way of mails", () => ({ close: () => {} }))

/** From here on this process sends the mails that wait, until it drains; a mail under way is finished first. */
export function startMailDelivery(): void {
  open.close()
  const way = wayOut()
  if (!way) {
    log.warn("SMTP_URL is not set: mails wait in the queue")
    return
  }
  open.close = way.close
  every("mail delivery", seconds(5), () => deliverAll(way.send))
}

/** Without a mail server a mail has arrived when the mailbox page shows it; where there is no such page, there is no way. */
function wayOut(): { send: SendMail; close: () => void } | null {
  const { SMTP_URL } = env()
  if (SMTP_URL) return openMailServer(SMTP_URL)
  return hasMailbox() ? { send: async () => {}, close: () => {} } : null
}

async function deliverAll(send: SendMail): Promise<void> {
  while (!isDraining() && (await deliverMails(send)) === BATCH_MAILS);
}

/** Sends a batch of the mails that are due and returns how many it claimed. A mail that fails is tried again later. */
export async function deliverMails(send: SendMail, now = currentTime()): Promise<number> {
  const mails = await claimMails(now)
  const waiting = [...mails]
  const beginUntil = performance.now() + BEGIN_WITHIN
  async function work(): Promise<void> {
    while (!isDraining() && performance.now() < beginUntil) {
      const mail = waiting.shift()
      if (!mail) return
      await deliver(send, mail, now)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS_MAX }, work))
  if (waiting.length > 0) await giveBack(waiting, now)
  return mails.length
}

/** `attempts` also tells the claims of a mail apart: who writes an outcome must still hold the latest. */
type ClaimedMail = OutgoingMail & { attempts: number }

/** What people wait for, or must hear of at once, is about their accounts: no organization's keys hold it up. */
function claimMails(now: Date): Promise<ClaimedMail[]> {
  return db().$queryRaw<ClaimedMail[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM mails WHERE sent_at IS NULL AND failed_at IS NULL AND next_attempt_at <= ${now}
      ORDER BY organization_id IS NOT NULL, next_attempt_at LIMIT ${BATCH_MAILS} FOR UPDATE SKIP LOCKED)
    UPDATE mails SET next_attempt_at = ${addDuration(now, LEASE)}, attempts = attempts + 1
    FROM due WHERE mails.id = due.id
    RETURNING mails.id, "to", subject, text, html, created_at AS "createdAt", attempts`
}

async function deliver(send: SendMail, mail: ClaimedMail, now: Date): Promise<void> {
  if (isTooOld(mail, now)) return markFailed(mail, now)
  try {
    await send(mail)
  } catch (error) {
    return markRefused(mail, error, now)
  }
  await settle(mail, { sentAt: now, lastError: null })
}

async function markRefused(mail: ClaimedMail, error: unknown, now: Date): Promise<void> {
  const lastError = describe(error)
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  // Not the text: servers repeat the recipient in it.
  log.warn({ mailId: mail.id, attempts: mail.attempts, code, responseCode }, "mail was not taken on")
  if (isPermanentRefusal(error)) return markFailed(mail, now, lastError)
  await settle(mail, { nextAttemptAt: addDuration(now, retryDelay(mail.attempts)), lastError })
}

async function markFailed(mail: ClaimedMail, now: Date, lastError?: string): Promise<void> {
  await settle(mail, { failedAt: now, ...(lastError === undefined ? {} : { lastError }) })
}

type Outcome = { sentAt?: Date; failedAt?: Date; nextAttemptAt?: Date; lastError?: string | null }

async function settle(mail: ClaimedMail, outcome: Outcome): Promise<void> {
  const { id, attempts } = mail
  const isOver = outcome.sentAt !== undefined || outcome.failedAt !== undefined
  const data = isOver && !hasMailbox() ? { ...outcome, ...withoutLinks(mail) } : outcome
  await db().mail.updateMany({ where: { id, attempts, sentAt: null, failedAt: null }, data })
}

/** What opens an account is kept no longer than its mail waits: who reads the database reads no mail. */
function withoutLinks({ text, html }: ClaimedMail): { text: string; html: string } {
  return { text: redactSecrets(text), html: redactSecrets(html) }
}

/** What was claimed and not begun is anybody's again, at once. */
async function giveBack(mails: ClaimedMail[], now: Date): Promise<void> {
  for (const { id, attempts } of mails) {
    await db().mail.updateMany({
      where: { id, attempts, sentAt: null },
      data: { nextAttemptAt: now, attempts: attempts - 1 },
    })
  }
}

function isTooOld({ createdAt }: ClaimedMail, now: Date): boolean {
  return now >= addDuration(createdAt, GIVE_UP_AFTER)
}

function retryDelay(attempts: number): number {
  return Math.min(RETRY_FIRST * 2 ** (attempts - 1), RETRY_MAX)
}

/** One bounded line for the mailbox page; Postgres takes no NUL, and servers write what they like. */
function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return redactSecrets(text)
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, ERROR_LENGTH_MAX)
}

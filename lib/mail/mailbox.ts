import type { Prisma } from "@/prisma/generated/client"
import { db } from "../db"
import { env } from "../env"
import { notFound } from "../errors"
import { type Page, type PageInput, pageQuery, toPage } from "../page"

// What `npm run dev` and `npm run preview` show of the mails, in place of a mail program. It asks nobody who they are
// and shows the mails of everybody, so it exists only where the app runs for who develops it.

/** Whether this process has a mailbox page. Production never has. */
export function hasMailbox(): boolean {
  const { NODE_ENV, LATCHKEY_PREVIEW } = env()
  return NODE_ENV !== "production" || LATCHKEY_PREVIEW
}

export type MailState = "sent" | "failed" | "waiting"

const listedMail = {
  id: true,
  to: true,
  subject: true,
  createdAt: true,
  attempts: true,
  sentAt: true,
  failedAt: true,
  lastError: true,
} satisfies Prisma.MailSelect

type ListedRow = Prisma.MailGetPayload<{ select: typeof listedMail }>

export type ListedMail = Pick<ListedRow, "id" | "to" | "subject" | "createdAt" | "attempts" | "lastError"> & {
  state: MailState
}

/** All mails, newest first. Throws not_found where there is no mailbox. */
export async function listMails(input: PageInput = {}): Promise<Page<ListedMail>> {
  requireMailbox()
  const { limit, take, before } = pageQuery(input)
  const rows = await db().mail.findMany({
    where: before,
    orderBy: { id: "desc" },
    take,
    select: listedMail,
  })
  return toPage(rows, limit, toListed)
}

/** One mail with what it says, or null. Throws not_found where there is no mailbox. */
export async function getMail(id: string): Promise<(ListedMail & { text: string; html: string }) | null> {
  requireMailbox()
  const row = await db().mail.findUnique({ where: { id }, select: { ...listedMail, text: true, html: true } })
  return row && { ...toListed(row), text: row.text, html: row.html }
}

function requireMailbox(): void {
  if (!hasMailbox()) throw notFound()
}

function toListed({
  sentAt,
  failedAt,
  id,
  to,
  subject,
  createdAt,
  attempts,
  lastError,
}: ListedRow): ListedMail {
  const state = sentAt ? "sent" : failedAt ? "failed" : "waiting"
  return { id, to, subject, createdAt, attempts, lastError, state }
}

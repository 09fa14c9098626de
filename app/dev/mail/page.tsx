import { Mail } from "lucide-react"
import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { PageHeader } from "@/components/page-header"
import { Pager } from "@/components/pager"
import { Empty } from "@/components/ui/empty"
import { hasMailbox, listMails } from "@/lib/mail/mailbox"
import { pageSchema } from "@/lib/page"
import { MailTable } from "./mail-table"

export const metadata: Metadata = { title: "Mailbox" }

export default async function MailboxPage({ searchParams }: PageProps<"/dev/mail">) {
  if (!hasMailbox()) notFound()
  const cursor = pageSchema.shape.cursor.safeParse((await searchParams).cursor).data
  const { items, nextCursor } = await listMails({ cursor })
  return (
    <>
      <PageHeader
        title="Mailbox"
        description="What this app mails to people, newest first. The page exists in development and preview only."
      />
      {items.length === 0 ? (
        <Empty icon={<Mail aria-hidden />} title={cursor ? "No earlier mails" : "No mail yet"}>
          Create an API key, or sign in with another browser, and the mail about it appears here within
          seconds.
        </Empty>
      ) : (
        <MailTable mails={items} now={new Date()} />
      )}
      <Pager path="/dev/mail" cursor={cursor} nextCursor={nextCursor} />
    </>
  )
}

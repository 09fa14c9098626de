import { ArrowLeft } from "lucide-react"
import type { Metadata } from "next"
import Link from "next/link"
import { notFound } from "next/navigation"
import { CodeBlock } from "@/components/code-block"
import { formatDateTime } from "@/components/format-time"
import { PageHeader } from "@/components/page-header"
import { Button } from "@/components/ui/button"
import { id as idSchema } from "@/lib/input"
import { getMail, hasMailbox, type ListedMail } from "@/lib/mail/mailbox"
import { MailStateBadge } from "../mail-state-badge"

export const metadata: Metadata = { title: "Mail" }

export default async function MailPage({ params, searchParams }: PageProps<"/dev/mail/[id]">) {
  const [{ id }, { form }] = await Promise.all([params, searchParams])
  const mail = hasMailbox() && idSchema().safeParse(id).success ? await getMail(id) : null
  if (!mail) notFound()
  const asText = form === "text"
  return (
    <>
      <PageHeader
        title={mail.subject}
        description={<MailFacts mail={mail} />}
        actions={
          <Button asChild variant="outline" size="sm">
            <Link href="/dev/mail">
              <ArrowLeft aria-hidden />
              All mails
            </Link>
          </Button>
        }
      />
      <nav aria-label="Forms of the mail" className="mb-3 flex gap-1">
        <FormLink id={id} form="html" label="HTML" isCurrent={!asText} />
        <FormLink id={id} form="text" label="Text" isCurrent={asText} />
      </nav>
      {asText ? (
        <CodeBlock label="text/plain">{mail.text}</CodeBlock>
      ) : (
        <iframe
          title="The mail as HTML"
          src={`/api/dev/mail/${id}`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          className="h-[46rem] w-full rounded-xl border bg-card"
        />
      )}
    </>
  )
}

function MailFacts({ mail: { to, createdAt, state, attempts, lastError } }: { mail: ListedMail }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="wrap-anywhere">To {to}</span>
      <time dateTime={createdAt.toISOString()}>{formatDateTime(createdAt)}</time>
      <MailStateBadge state={state} />
      {lastError ? (
        <span className="wrap-anywhere">
          after {attempts} {attempts === 1 ? "attempt" : "attempts"}: {lastError}
        </span>
      ) : null}
    </span>
  )
}

type FormLinkProps = { id: string; form: "html" | "text"; label: string; isCurrent: boolean }

function FormLink({ id, form, label, isCurrent }: FormLinkProps) {
  return (
    <Button asChild variant={isCurrent ? "outline" : "ghost"} size="sm">
      <Link href={`/dev/mail/${id}?form=${form}`} aria-current={isCurrent ? "page" : undefined}>
        {label}
      </Link>
    </Button>
  )
}

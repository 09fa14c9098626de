import Link from "next/link"
import { Timestamp } from "@/components/timestamp"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { ListedMail } from "@/lib/mail/mailbox"
import { MailStateBadge } from "./mail-state-badge"

export function MailTable({ mails, now }: { mails: ListedMail[]; now: Date }) {
  return (
    <Table>
      <TableHeader>
        <TableRow>
          <TableHead>Subject</TableHead>
          <TableHead className="hidden sm:table-cell">To</TableHead>
          <TableHead>State</TableHead>
          <TableHead className="text-right">When</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {mails.map(({ id, subject, to, state, createdAt }) => (
          <TableRow key={id}>
            <TableCell className="w-full max-w-0">
              <Link
                href={`/dev/mail/${id}`}
                className="focus-ring block truncate rounded-sm font-medium hover:underline"
              >
                {subject}
              </Link>
              <p className="truncate text-[0.8125rem] text-muted-foreground sm:hidden">{to}</p>
            </TableCell>
            <TableCell className="hidden max-w-64 truncate text-muted-foreground sm:table-cell">
              {to}
            </TableCell>
            <TableCell>
              <MailStateBadge state={state} />
            </TableCell>
            <TableCell className="whitespace-nowrap text-right text-muted-foreground">
              <Timestamp date={createdAt} now={now} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

import { actionWords, actorName, detailWords } from "@/components/audit-words"
import { Timestamp } from "@/components/timestamp"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { AuditEventView } from "@/lib/audit/audit-log"

export function AuditTable({ events, now }: { events: AuditEventView[]; now: Date }) {
  return (
    <Table>
      <TableHeader>
        <TableRow>
          <TableHead>What</TableHead>
          <TableHead className="hidden sm:table-cell">Who</TableHead>
          <TableHead className="hidden md:table-cell">Target</TableHead>
          <TableHead className="hidden xl:table-cell">Address</TableHead>
          <TableHead className="text-right">When</TableHead>
        </TableRow>
      </TableHeader>
      <TableBody>
        {events.map((event) => (
          <AuditRow key={event.id} event={event} now={now} />
        ))}
      </TableBody>
    </Table>
  )
}

function AuditRow({ event, now }: { event: AuditEventView; now: Date }) {
  const { action, actor, ipAddress, createdAt } = event
  const detail = detailWords(event)
  return (
    <TableRow>
      <TableCell className="w-full max-w-0 sm:w-[38%]">
        <p className="wrap-anywhere sm:truncate" title={detail ?? undefined}>
          <span className="font-medium">{actionWords(action)}</span>
          {detail ? <span className="text-muted-foreground"> · {detail}</span> : null}
        </p>
        <p className="truncate font-mono text-muted-foreground text-xs">{action}</p>
        <p className="truncate text-[0.8125rem] text-muted-foreground sm:hidden">by {actorName(actor)}</p>
      </TableCell>
      <TableCell className="hidden max-w-44 sm:table-cell" title={actor.id ?? undefined}>
        <p className="truncate">{actorName(actor)}</p>
        {ipAddress ? (
          <p className="truncate font-mono text-muted-foreground text-xs xl:hidden" title={ipAddress}>
            {ipAddress}
          </p>
        ) : null}
      </TableCell>
      <TableCell className="hidden max-w-48 truncate md:table-cell" title={event.targetId ?? undefined}>
        <TargetName event={event} />
      </TableCell>
      <TableCell className="hidden text-muted-foreground xl:table-cell">
        {ipAddress ? <span className="font-mono text-[0.8125rem]">{ipAddress}</span> : "unknown"}
      </TableCell>
      <TableCell className="whitespace-nowrap text-right text-muted-foreground">
        <Timestamp date={createdAt} now={now} />
      </TableCell>
    </TableRow>
  )
}

/** The target's name as it was then, else the end of its id. */
function TargetName({ event: { details, targetId } }: { event: AuditEventView }) {
  if (typeof details.name === "string") return details.name
  return (
    <span className="font-mono text-[0.8125rem] text-muted-foreground">
      {targetId ? `…${targetId.slice(-8)}` : "none"}
    </span>
  )
}

import { CopyButton } from "@/components/copy-button"
import { formatCount } from "@/components/format-count"
import { Timestamp } from "@/components/timestamp"
import { TableCell, TableHead, TableRow } from "@/components/ui/table"
import type { RecentRequest } from "@/lib/usage/usage"
import { countryName } from "./country-name"
import { UsageRecentTable } from "./usage-recent-table"
import { StatusBadge } from "./usage-status-badge"

/** The latest requests one by one, for "was it this call that failed?". */
export function UsageRecent({ requests, now }: { requests: RecentRequest[]; now: Date }) {
  if (requests.length === 0) return null
  return (
    <section aria-labelledby="recent-requests-title" className="min-w-0">
      <h2 id="recent-requests-title" className="mb-3 font-semibold text-[0.9375rem] tracking-tight">
        Recent requests
      </h2>
      <UsageRecentTable
        head={
          <TableRow>
            <TableHead>Request</TableHead>
            <TableHead className="hidden sm:table-cell">Answer</TableHead>
            <TableHead className="hidden md:table-cell">From</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Latency</TableHead>
            <TableHead className="hidden sm:table-cell">When</TableHead>
            <TableHead className="w-0">
              <span className="sr-only">Request id</span>
            </TableHead>
          </TableRow>
        }
        rows={requests.map((request) => (
          <RecentRow key={`${request.requestId} ${request.time.getTime()}`} request={request} now={now} />
        ))}
      />
    </section>
  )
}

function RecentRow({ request, now }: { request: RecentRequest; now: Date }) {
  const { time, outcome, status, method, route, latencyMs, requestId } = request
  return (
    <TableRow>
      <TableCell className="w-full max-w-0">
        <code className="block truncate font-mono text-[0.8125rem]" title={`${method} ${route}`}>
          <span className="text-muted-foreground">{method}</span> {route}
        </code>
        <div className="mt-1.5 grid gap-1 text-muted-foreground text-xs sm:hidden">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <StatusBadge status={status} outcome={outcome} />
            {formatCount(latencyMs)} ms · <Timestamp date={time} now={now} />
          </span>
        </div>
        <div className="mt-1 md:hidden">
          <Origin request={request} />
        </div>
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        <StatusBadge status={status} outcome={outcome} />
      </TableCell>
      <TableCell className="hidden w-56 max-w-56 md:table-cell">
        <Origin request={request} />
      </TableCell>
      <TableCell className="hidden whitespace-nowrap text-right tabular-nums sm:table-cell">
        {formatCount(latencyMs)} ms
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        <Timestamp date={time} now={now} />
      </TableCell>
      <TableCell className="py-0 pl-0">
        <CopyButton
          value={requestId}
          variant="ghost"
          aria-label={`Copy request id ${requestId}`}
          title={requestId}
        />
      </TableCell>
    </TableRow>
  )
}

function Origin({ request: { ipAddress, country, userAgent } }: { request: RecentRequest }) {
  return (
    <>
      <p className="truncate text-[0.8125rem]">
        <code className="font-mono text-xs">{ipAddress ?? "unknown address"}</code>
        {country ? <span className="text-muted-foreground"> {countryName(country)}</span> : null}
      </p>
      <p className="truncate text-muted-foreground text-xs" title={userAgent ?? undefined}>
        {userAgent ?? "no user agent"}
      </p>
    </>
  )
}

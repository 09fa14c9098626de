"use client"

import { useState } from "react"
import { CopyButton } from "@/components/copy-button"
import { formatCount } from "@/components/format-count"
import { Timestamp } from "@/components/timestamp"
import { Button } from "@/components/ui/button"
import { SectionTitle } from "@/components/ui/section-title"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { RecentRequest } from "@/lib/usage/usage"
import { StatusBadge } from "./usage-status-badge"

const SHOWN_FIRST = 10

/** With the name of its country. */
export type PlacedRequest = Omit<RecentRequest, "country"> & { place: string | null }

/** The latest requests one by one, for "was it this call that failed?": a few, and all once somebody asks. */
export function UsageRecent({ requests, now }: { requests: PlacedRequest[]; now: Date }) {
  const [isWhole, setWhole] = useState(false)
  if (requests.length === 0) return null
  return (
    <section aria-labelledby="recent-requests-title" className="min-w-0">
      <SectionTitle id="recent-requests-title" className="mb-3">
        Recent requests
      </SectionTitle>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Request</TableHead>
            <TableHead className="hidden sm:table-cell">Answer</TableHead>
            <TableHead className="hidden md:table-cell">From</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Latency</TableHead>
            <TableHead className="hidden sm:table-cell">When</TableHead>
            <TableHead className="w-0">
              <span className="max-lg:sr-only">Request id</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {(isWhole ? requests : requests.slice(0, SHOWN_FIRST)).map((request) => (
            <RecentRow key={`${request.requestId} ${request.time.getTime()}`} request={request} now={now} />
          ))}
        </TableBody>
      </Table>
      {requests.length > SHOWN_FIRST ? (
        <Button
          variant="ghost"
          size="sm"
          className="mt-2"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Show fewer" : `Show the latest ${requests.length}`}
        </Button>
      ) : null}
    </section>
  )
}

function RecentRow({ request, now }: { request: PlacedRequest; now: Date }) {
  const { time, outcome, status, method, route, latencyMs, requestId } = request
  return (
    <TableRow>
      <TableCell className="w-full max-w-0">
        <code className="block truncate font-mono text-[0.8125rem]" title={`${method} ${route}`}>
          <span className="text-muted-foreground">{method}</span> {route}
        </code>
        <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground text-xs sm:hidden">
          <StatusBadge status={status} outcome={outcome} />
          {formatCount(latencyMs)} ms · <Timestamp date={time} now={now} />
        </p>
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

function Origin({ request: { ipAddress, place, userAgent } }: { request: PlacedRequest }) {
  return (
    <>
      <p className="truncate text-[0.8125rem]">
        <code className="font-mono text-xs">{ipAddress ?? "unknown address"}</code>
        {place ? <span className="text-muted-foreground"> {place}</span> : null}
      </p>
      <p className="truncate text-muted-foreground text-xs" title={userAgent ?? undefined}>
        {userAgent ?? "no user agent"}
      </p>
    </>
  )
}

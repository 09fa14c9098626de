import { formatCount } from "@/components/format-count"
import { SectionTitle } from "@/components/ui/section-title"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import { UsageShareBar } from "@/components/usage-share-bar"
import type { Usage } from "@/lib/usage/usage"
import { StatusBadge } from "./usage-status-badge"

/** How the requests were answered, the most frequent answer first. */
export function UsageStatuses({ statuses, all }: { statuses: Usage["byStatus"]; all: number }) {
  if (statuses.length === 0) return null
  return (
    <section aria-labelledby="usage-statuses-title" className="min-w-0">
      <SectionTitle id="usage-statuses-title" className="mb-3">
        Answers
      </SectionTitle>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Status</TableHead>
            <TableHead className="text-right" colSpan={2}>
              Requests
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {statuses.map(({ status, outcome, requests }) => (
            <TableRow key={`${status} ${outcome}`}>
              <TableCell className="w-full">
                <StatusBadge status={status} outcome={outcome} />
              </TableCell>
              <TableCell className="px-0">
                <UsageShareBar part={requests} whole={all} className="block h-1.5 w-12" />
              </TableCell>
              <TableCell className="text-right tabular-nums">{formatCount(requests)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

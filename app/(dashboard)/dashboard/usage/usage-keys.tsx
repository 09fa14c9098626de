import Link from "next/link"
import { formatCount, formatShare } from "@/components/format-count"
import { SectionTitle } from "@/components/ui/section-title"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import { UsageShareBar } from "@/components/usage-share-bar"
import type { getOrganizationUsage } from "@/lib/usage/usage"

type UsageKeysProps = { keys: Awaited<ReturnType<typeof getOrganizationUsage>>["byKey"]; all: number }

/** Which keys it was, the busiest first. */
export function UsageKeys({ keys, all }: UsageKeysProps) {
  if (keys.length === 0) return null
  return (
    <section aria-labelledby="usage-keys-title" className="min-w-0">
      <SectionTitle id="usage-keys-title" className="mb-3">
        By key
      </SectionTitle>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Key</TableHead>
            <TableHead className="text-right">Requests</TableHead>
            <TableHead className="max-sm:pr-5 max-sm:text-right">Share</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Errors</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Refused</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {keys.map(({ id, name, requests, refused, clientErrors, serverErrors }) => (
            <TableRow key={id}>
              <TableCell className="w-full max-w-0">
                <Link
                  href={`/dashboard/api-keys/${id}`}
                  className="focus-ring block truncate rounded-sm font-medium hover:underline"
                >
                  {name}
                </Link>
              </TableCell>
              <TableCell className="text-right tabular-nums">{formatCount(requests)}</TableCell>
              <TableCell className="whitespace-nowrap max-sm:pr-5">
                <span className="flex items-center justify-end gap-2.5 sm:justify-start">
                  <UsageShareBar part={requests} whole={all} className="hidden h-1.5 w-24 sm:block" />
                  <span className="text-muted-foreground tabular-nums sm:w-14">
                    {formatShare(requests, all)}
                  </span>
                </span>
              </TableCell>
              <TableCell className="hidden text-right tabular-nums sm:table-cell">
                {formatCount(clientErrors + serverErrors)}
              </TableCell>
              <TableCell className="hidden text-right tabular-nums sm:table-cell">
                {formatCount(refused)}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

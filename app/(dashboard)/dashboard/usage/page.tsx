import type { Metadata } from "next"
import Link from "next/link"
import { formatCount, formatShare } from "@/components/format-count"
import { PageHeader } from "@/components/page-header"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import { UsageOverview, UsageRoutes } from "@/components/usage-overview"
import { usageQueryOf, usageRangeFrom } from "@/components/usage-range"
import { UsageRangeSwitch } from "@/components/usage-range-switch"
import { requireUser } from "@/lib/auth/caller"
import { getOrganizationUsage } from "@/lib/usage/usage"

export const metadata: Metadata = { title: "Usage" }

export default async function UsagePage({ searchParams }: PageProps<"/dashboard/usage">) {
  const caller = await requireUser()
  const range = usageRangeFrom((await searchParams).range)
  const usage = await getOrganizationUsage(caller, usageQueryOf(range, new Date()))
  return (
    <>
      <PageHeader title="Usage" description="What all API keys of this organization were used for." />
      <div className="grid grid-cols-1 gap-8">
        <UsageOverview usage={usage} actions={<UsageRangeSwitch path="/dashboard/usage" current={range} />} />
        <Keys keys={usage.byKey} all={usage.totals.requests} />
        <UsageRoutes routes={usage.byRoute} />
      </div>
    </>
  )
}

type KeysProps = { keys: Awaited<ReturnType<typeof getOrganizationUsage>>["byKey"]; all: number }

function Keys({ keys, all }: KeysProps) {
  if (keys.length === 0) return null
  return (
    <section aria-labelledby="usage-keys-title">
      <h2 id="usage-keys-title" className="mb-3 font-semibold text-[0.9375rem] tracking-tight">
        By key
      </h2>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Key</TableHead>
            <TableHead className="text-right">Requests</TableHead>
            <TableHead className="hidden sm:table-cell">Share</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Refused</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {keys.map(({ id, name, requests, refused }) => (
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
              <TableCell className="hidden min-w-44 sm:table-cell">
                <span className="flex items-center gap-2">
                  <meter
                    aria-hidden
                    min={0}
                    max={all}
                    value={requests}
                    className="h-1.5 w-24 appearance-none overflow-hidden rounded-full bg-muted [&::-moz-meter-bar]:bg-brand [&::-webkit-meter-bar]:border-0 [&::-webkit-meter-bar]:bg-muted [&::-webkit-meter-optimum-value]:bg-brand"
                  />
                  <span className="text-muted-foreground tabular-nums">{formatShare(requests, all)}</span>
                </span>
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

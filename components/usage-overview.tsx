import type { ReactNode } from "react"
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { Usage } from "@/lib/usage/usage"
import { formatCount, formatShare } from "./format-count"
import { UsageChart } from "./usage-chart"

/** Totals, the chart and the routes: what a key's page and the organization's have in common. */
export function UsageOverview({ usage, actions }: { usage: Usage; actions: ReactNode }) {
  const { totals, series, resolution } = usage
  return (
    <Card aria-labelledby="usage-title">
      <CardHeader className="flex flex-wrap items-center justify-between gap-3">
        <CardTitle id="usage-title">Requests</CardTitle>
        {actions}
      </CardHeader>
      <CardContent className="grid grid-cols-1 gap-6">
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
          <Total term="Requests">{formatCount(totals.requests)}</Total>
          <Total term="Succeeded">{formatShare(totals.succeeded, totals.requests)}</Total>
          <Total term="Refused">{formatCount(totals.refused)}</Total>
          <Total term="Average time">
            {totals.averageLatencyMs === null ? "–" : `${formatCount(totals.averageLatencyMs)} ms`}
          </Total>
        </dl>
        {totals.requests === 0 ? (
          <p className="rounded-lg border border-dashed px-5 py-12 text-center text-muted-foreground text-sm">
            No requests in this time.
          </p>
        ) : (
          <UsageChart series={series} resolution={resolution} />
        )}
      </CardContent>
    </Card>
  )
}

function Total({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-muted-foreground">{term}</dt>
      <dd className="font-semibold text-xl tabular-nums tracking-tight">{children}</dd>
    </div>
  )
}

export function UsageRoutes({ routes }: { routes: Usage["byRoute"] }) {
  if (routes.length === 0) return null
  return (
    <section aria-labelledby="usage-routes-title" className="min-w-0">
      <h2 id="usage-routes-title" className="mb-3 font-semibold text-[0.9375rem] tracking-tight">
        Top routes
      </h2>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Route</TableHead>
            <TableHead className="text-right">Requests</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Errors</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Average time</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {routes.slice(0, 10).map(({ method, route, requests, errors, averageLatencyMs }) => (
            <TableRow key={`${method} ${route}`}>
              <TableCell className="w-full max-w-0">
                <code className="block truncate font-mono text-[0.8125rem]" title={`${method} ${route}`}>
                  <span className="text-muted-foreground">{method}</span> {route}
                </code>
              </TableCell>
              <TableCell className="text-right tabular-nums">{formatCount(requests)}</TableCell>
              <TableCell className="hidden text-right tabular-nums sm:table-cell">
                {formatShare(errors, requests)}
              </TableCell>
              <TableCell className="hidden whitespace-nowrap text-right tabular-nums sm:table-cell">
                {formatCount(averageLatencyMs)} ms
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

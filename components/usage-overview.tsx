import type { ReactNode } from "react"
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card"
import type { Usage } from "@/lib/usage/usage"
import { formatCount, formatShare } from "./format-count"
import { UsageChart } from "./usage-chart"

/** Totals and the chart: what a key's page and the organization's have in common. */
export function UsageOverview({ usage, actions }: { usage: Usage; actions: ReactNode }) {
  const { totals, series, resolution } = usage
  return (
    <Card aria-labelledby="usage-title">
      <CardHeader className="flex flex-wrap items-center justify-between gap-3">
        <CardTitle id="usage-title">Requests</CardTitle>
        {actions}
      </CardHeader>
      <CardContent className="grid grid-cols-1 gap-7">
        <dl className="grid grid-cols-2 gap-x-4 gap-y-5 sm:grid-cols-4">
          <Total term="Requests">{formatCount(totals.requests)}</Total>
          <Total term="Success rate">{formatShare(totals.succeeded, totals.requests)}</Total>
          <Total term="Refused" note={formatShare(totals.refused, totals.requests)}>
            {formatCount(totals.refused)}
          </Total>
          <Total term="Average latency">
            {totals.averageLatencyMs === null ? "–" : `${formatCount(totals.averageLatencyMs)} ms`}
          </Total>
        </dl>
        {totals.requests === 0 ? (
          <p className="rounded-lg border border-dashed px-5 py-16 text-center text-muted-foreground text-sm">
            No requests in this time.
          </p>
        ) : (
          <UsageChart series={series} resolution={resolution} />
        )}
      </CardContent>
    </Card>
  )
}

function Total({ term, note, children }: { term: string; note?: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-muted-foreground">{term}</dt>
      <dd className="mt-0.5 font-semibold text-2xl tabular-nums tracking-tight">
        {children}
        {note && note !== "–" ? (
          <span className="ml-2 font-normal text-muted-foreground text-sm tracking-normal">{note}</span>
        ) : null}
      </dd>
    </div>
  )
}

import { SectionTitle } from "@/components/ui/section-title"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { Usage } from "@/lib/usage/usage"
import { formatCount, formatShare } from "./format-count"

const SHOWN_MAX = 10

/** What was called most. */
export function UsageRoutes({ routes }: { routes: Usage["byRoute"] }) {
  if (routes.length === 0) return null
  return (
    <section aria-labelledby="usage-routes-title" className="min-w-0">
      <SectionTitle id="usage-routes-title" className="mb-3">
        Top routes
      </SectionTitle>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Route</TableHead>
            <TableHead className="text-right">Requests</TableHead>
            <TableHead className="text-right max-sm:pr-5">Errors</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Latency</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {routes.slice(0, SHOWN_MAX).map(({ method, route, requests, errors, averageLatencyMs }) => (
            <TableRow key={`${method} ${route}`}>
              <TableCell className="w-full max-w-0">
                <code className="block truncate font-mono text-[0.8125rem]" title={`${method} ${route}`}>
                  <span className="text-muted-foreground">{method}</span> {route}
                </code>
              </TableCell>
              <TableCell className="text-right tabular-nums">{formatCount(requests)}</TableCell>
              <TableCell className="whitespace-nowrap text-right tabular-nums max-sm:pr-5">
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

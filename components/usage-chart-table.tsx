"use client"

import { useState } from "react"
import type { UsagePoint } from "@/lib/usage/usage"
import type { Resolution } from "@/lib/usage/usage.schema"
import { formatCount } from "./format-count"
import { spanLabel } from "./usage-axis"
import { usageKinds } from "./usage-kinds"

type UsageChartTableProps = { series: UsagePoint[]; resolution: Resolution }

/** The numbers of the chart, the latest first, for who would rather read or copy them. */
export function UsageChartTable({ series, resolution }: UsageChartTableProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="mt-3 text-[0.8125rem]" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="focus-ring w-fit rounded-sm text-muted-foreground hover:text-foreground">
        Show as a table
      </summary>
      {isOpen ? (
        <section
          aria-label="Requests over time, as a table"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          className="focus-ring mt-3 max-h-80 overflow-auto rounded-lg border"
        >
          <table className="w-full whitespace-nowrap tabular-nums">
            <thead className="sticky top-0 bg-muted text-muted-foreground">
              <tr>
                <th scope="col" className="px-3 py-2 text-left font-medium">
                  {resolution === "day" ? "Day, in UTC" : "Time"}
                </th>
                {usageKinds.map(({ field, label }) => (
                  <th key={field} scope="col" className="px-3 py-2 text-right font-medium">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y">
              {series.toReversed().map((point) => (
                <tr
                  key={point.start.getTime()}
                  className={point.requests === 0 ? "text-muted-foreground" : ""}
                >
                  <th scope="row" className="px-3 py-1.5 text-left font-normal">
                    {spanLabel(point.start, resolution)}
                  </th>
                  {usageKinds.map(({ field }) => (
                    <td key={field} className="px-3 py-1.5 text-right">
                      {formatCount(point[field])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  )
}

"use client"

import { type KeyboardEvent, type PointerEvent, useId, useState } from "react"
import type { UsagePoint } from "@/lib/usage/usage"
import type { Resolution } from "@/lib/usage/usage.schema"
import { formatCount } from "./format-count"
import { countTicks, spanLabel, timeTicks } from "./usage-axis"
import { UsageBars, UsageSwatch, UsageTimeAxis } from "./usage-bars"
import { UsageChartTable } from "./usage-chart-table"
import { usageKinds } from "./usage-kinds"

type UsageChartProps = { series: UsagePoint[]; resolution: Resolution }

/** Requests over time by how they were answered: to look at, to walk along with the arrow keys, or as a table. */
export function UsageChart({ series, resolution }: UsageChartProps) {
  const [active, setActive] = useState<number | null>(null)
  const id = useId()
  const ticks = countTicks(Math.max(1, ...series.map(({ requests }) => requests)))
  const last = series.length - 1
  const point = active === null ? undefined : series[active]

  function follow(event: PointerEvent<HTMLElement>) {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    setActive(Math.min(last, Math.max(0, Math.floor(((event.clientX - left) / width) * series.length))))
  }

  function walk(event: KeyboardEvent) {
    const next = indexAfter(event.key, active ?? last, last)
    if (next === undefined) return
    event.preventDefault()
    setActive(next)
  }

  return (
    <figure className="min-w-0">
      <Legend series={series} id={id} />
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5">
        <CountAxis ticks={ticks} />
        <div
          role="slider"
          tabIndex={0}
          aria-label="Requests over time"
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={active ?? last}
          aria-valuetext={
            point ? inWords(point, resolution) : `${totalOf(series, "requests")} requests in all`
          }
          onPointerDown={follow}
          onPointerMove={follow}
          onPointerLeave={(event) => (event.pointerType === "mouse" ? setActive(null) : undefined)}
          onKeyDown={walk}
          onFocus={(event) =>
            event.target.matches(":focus-visible") ? setActive(active ?? last) : undefined
          }
          onBlur={() => setActive(null)}
          className="focus-ring relative h-48 cursor-crosshair touch-pan-y rounded-sm"
        >
          <UsageBars series={series} countTicks={ticks} active={active} id={id} />
          {point && active !== null ? (
            <Tooltip point={point} resolution={resolution} place={(active + 0.5) / series.length} id={id} />
          ) : null}
        </div>
        <div className="col-start-2 mt-1">
          <UsageTimeAxis
            ticks={timeTicks(
              series.map(({ start }) => start),
              resolution,
            )}
            count={series.length}
          />
        </div>
      </div>
      <UsageChartTable series={series} resolution={resolution} />
    </figure>
  )
}

function indexAfter(key: string, index: number, last: number): number | null | undefined {
  const moves: Record<string, number | null> = {
    ArrowLeft: Math.max(0, index - 1),
    ArrowRight: Math.min(last, index + 1),
    ArrowDown: Math.max(0, index - 1),
    ArrowUp: Math.min(last, index + 1),
    PageDown: Math.max(0, index - 7),
    PageUp: Math.min(last, index + 7),
    Home: 0,
    End: last,
    Escape: null,
  }
  return moves[key]
}

function inWords(point: UsagePoint, resolution: Resolution): string {
  const parts = usageKinds.flatMap(({ field, label }) =>
    point[field] > 0 ? [`${point[field]} ${label.toLowerCase()}`] : [],
  )
  return `${spanLabel(point.start, resolution)}: ${parts.join(", ") || "no requests"}`
}

function totalOf(series: UsagePoint[], field: keyof Omit<UsagePoint, "start">): number {
  return series.reduce((sum, point) => sum + point[field], 0)
}

function Legend({ series, id }: { series: UsagePoint[]; id: string }) {
  return (
    <figcaption className="mb-5">
      <ul className="flex flex-wrap gap-x-5 gap-y-1.5 text-[0.8125rem] text-muted-foreground">
        {usageKinds.map((kind) => (
          <li key={kind.field} className="inline-flex items-center gap-1.5">
            <UsageSwatch kind={kind} id={id} />
            {kind.label}
            <span className="font-medium text-foreground tabular-nums">
              {formatCount(totalOf(series, kind.field))}
            </span>
          </li>
        ))}
      </ul>
    </figcaption>
  )
}

function CountAxis({ ticks }: { ticks: number[] }) {
  return (
    <div
      aria-hidden
      className="flex flex-col-reverse justify-between text-right text-muted-foreground text-xs tabular-nums leading-none"
    >
      {ticks.map((tick) => (
        <span key={tick} className="-my-1.5">
          {formatCount(tick)}
        </span>
      ))}
    </div>
  )
}

type TooltipProps = { point: UsagePoint; resolution: Resolution; place: number; id: string }

/** Drawn only after somebody points at something, by a script: its `style` is nothing that the policy forbids. */
function Tooltip({ point, resolution, place, id }: TooltipProps) {
  const side = place < 0.5 ? "ml-4" : "-ml-4 -translate-x-full"
  return (
    <div
      aria-hidden
      style={{ left: `${place * 100}%` }}
      className={`pointer-events-none absolute top-2 z-10 w-max rounded-lg border bg-popover px-3 py-2.5 text-popover-foreground text-xs shadow-lg ${side}`}
    >
      <p className="mb-1.5 font-medium tabular-nums">{spanLabel(point.start, resolution)}</p>
      <dl className="grid gap-1">
        {usageKinds.map((kind) => (
          <div key={kind.field} className="flex items-center gap-1.5">
            <UsageSwatch kind={kind} id={id} />
            <dt className="mr-6 text-muted-foreground">{kind.label}</dt>
            <dd className="ml-auto font-medium tabular-nums">{formatCount(point[kind.field])}</dd>
          </div>
        ))}
        <div className="mt-1 flex border-t pt-1.5">
          <dt className="text-muted-foreground">Requests</dt>
          <dd className="ml-auto font-medium tabular-nums">{formatCount(point.requests)}</dd>
        </div>
      </dl>
    </div>
  )
}

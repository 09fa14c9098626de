"use client"

import { type KeyboardEvent, type PointerEvent, useState } from "react"
import type { UsagePoint } from "@/lib/usage/usage"
import type { Resolution } from "@/lib/usage/usage.schema"
import { formatCount } from "./format-count"
import { formatDate } from "./format-time"

const WIDTH = 720
const HEIGHT = 180
const GAP = 0.2

/** From the bottom up. Told apart by their place as well as by color. */
const kinds = [
  { field: "succeeded", label: "Succeeded", fill: "fill-success", dot: "bg-success" },
  { field: "clientErrors", label: "Client errors", fill: "fill-brand", dot: "bg-brand" },
  { field: "serverErrors", label: "Server errors", fill: "fill-destructive", dot: "bg-destructive" },
  { field: "refused", label: "Refused", fill: "fill-muted-foreground", dot: "bg-muted-foreground" },
] as const

type UsageChartProps = { series: UsagePoint[]; resolution: Resolution }

/** Requests over time by how they were answered. The arrow keys walk along it, point by point. */
export function UsageChart({ series, resolution }: UsageChartProps) {
  const [active, setActive] = useState<number | null>(null)
  const most = niceCeiling(Math.max(1, ...series.map(({ requests }) => requests)))
  const step = WIDTH / series.length
  const point = active === null ? undefined : series[active]

  function follow(event: PointerEvent<HTMLElement>) {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    setActive(clamp(Math.floor(((event.clientX - left) / width) * series.length)))
  }

  function walk(event: KeyboardEvent) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (move === undefined) return
    event.preventDefault()
    setActive((at) => clamp((at ?? (move > 0 ? -1 : series.length)) + move))
  }

  function clamp(index: number): number {
    return Math.min(series.length - 1, Math.max(0, index))
  }

  return (
    <figure className="min-w-0">
      <figcaption className="mb-3 flex min-h-10 flex-wrap items-center gap-x-5 gap-y-1 text-[0.8125rem]">
        <span aria-live="polite" className="w-44 text-muted-foreground tabular-nums">
          {point ? pointLabel(point.start, resolution) : "All of it"}
        </span>
        {kinds.map(({ field, label, dot }) => (
          <span key={field} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-2 rounded-full ${dot}`} />
            {label}
            <span className="font-medium tabular-nums">
              {formatCount(point ? point[field] : total(series, field))}
            </span>
          </span>
        ))}
      </figcaption>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
        <div
          aria-hidden
          className="flex flex-col justify-between text-right text-muted-foreground text-xs tabular-nums"
        >
          {[most, most / 2, 0].map((tick) => (
            <span key={tick} className="-my-2">
              {formatCount(tick)}
            </span>
          ))}
        </div>
        <div
          role="slider"
          tabIndex={0}
          aria-label="Requests over time"
          aria-valuemin={0}
          aria-valuemax={series.length - 1}
          aria-valuenow={active ?? 0}
          aria-valuetext={
            point
              ? `${pointLabel(point.start, resolution)}: ${point.requests} requests`
              : `${total(series, "requests")} requests in all`
          }
          onPointerMove={follow}
          onPointerLeave={() => setActive(null)}
          onKeyDown={walk}
          onBlur={() => setActive(null)}
          className="focus-ring h-44 rounded-sm"
        >
          <svg
            aria-hidden
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            className="size-full"
          >
            {[0, HEIGHT / 2, HEIGHT].map((y) => (
              <line
                key={y}
                x1="0"
                x2={WIDTH}
                y1={y}
                y2={y}
                className="stroke-border"
                vectorEffect="non-scaling-stroke"
              />
            ))}
            {series.map((shown, index) => (
              <Bar
                key={shown.start.getTime()}
                point={shown}
                x={index * step}
                width={step}
                most={most}
                isDim={active !== null && index !== active}
              />
            ))}
          </svg>
        </div>
        <div
          aria-hidden
          className="col-start-2 mt-1.5 flex justify-between text-muted-foreground text-xs tabular-nums"
        >
          {[0, Math.floor(series.length / 2), series.length - 1].map((index) => (
            <span key={index}>{series[index] ? pointLabel(series[index].start, resolution) : ""}</span>
          ))}
        </div>
      </div>
    </figure>
  )
}

type BarProps = { point: UsagePoint; x: number; width: number; most: number; isDim: boolean }

function Bar({ point, x, width, most, isDim }: BarProps) {
  let top = HEIGHT
  return (
    <g className={isDim ? "opacity-40" : undefined}>
      {kinds.map(({ field, fill }) => {
        const height = (point[field] / most) * HEIGHT
        top -= height
        return height === 0 ? null : (
          <rect
            key={field}
            x={x + (width * GAP) / 2}
            y={top}
            width={width * (1 - GAP)}
            height={height}
            className={fill}
          />
        )
      })}
    </g>
  )
}

function total(series: UsagePoint[], field: (typeof kinds)[number]["field"] | "requests"): number {
  return series.reduce((sum, point) => sum + point[field], 0)
}

/** The next of 1, 2 and 5 times a power of ten that can be halved. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [2, 4, 10].map((factor) => factor * power).find((nice) => nice >= value) ?? 20 * power
}

function pointLabel(start: Date, resolution: Resolution): string {
  const time = `${start.toISOString().slice(11, 16)} UTC`
  return resolution === "day"
    ? formatDate(start)
    : `${start.getUTCDate()}/${start.getUTCMonth() + 1}, ${time}`
}

import type { UsagePoint } from "@/lib/usage/usage"
import type { TimeTick } from "./usage-axis"
import { usageKinds } from "./usage-kinds"

type UsageBarsProps = {
  series: UsagePoint[]
  countTicks: number[]
  /** Which point is looked at, or null. */
  active: number | null
  /** Unique on the page. */
  id: string
}

/** The drawing itself, in shares of whatever room there is. */
export function UsageBars({ series, countTicks, active, id }: UsageBarsProps) {
  const most = countTicks.at(-1) ?? 1
  const width = 100 / series.length
  return (
    <svg aria-hidden className="block size-full overflow-visible">
      <Hatching id={id} />
      {countTicks.map((tick) => (
        <line
          key={tick}
          x1="0"
          x2="100%"
          y1={percent(1 - tick / most)}
          y2={percent(1 - tick / most)}
          className={tick === 0 ? "stroke-input" : "stroke-border"}
          shapeRendering="crispEdges"
        />
      ))}
      {active === null ? null : (
        <rect x={`${active * width}%`} y="0" width={`${width}%`} height="100%" className="fill-accent" />
      )}
      {series.map((point, index) => (
        <Bar key={point.start.getTime()} point={point} left={index * width} {...{ width, most, id }} />
      ))}
    </svg>
  )
}

type BarProps = { point: UsagePoint; left: number; width: number; most: number; id: string }

function Bar({ point, left, width, most, id }: BarProps) {
  let bottom = 0
  return usageKinds.map(({ field, text, isHatched }) => {
    const share = point[field] / most
    if (share === 0) return null
    bottom += share
    return (
      <rect
        key={field}
        x={`${left + width * 0.12}%`}
        y={percent(1 - bottom)}
        width={`${width * 0.76}%`}
        height={percent(share)}
        className={text}
        fill={isHatched ? `url(#${id})` : "currentColor"}
      />
    )
  })
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`
}

/** The refused are crossed out, so to speak. */
function Hatching({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="4" height="4" className="fill-card" />
        <rect width="2.4" height="4" className="fill-chart-refused" />
      </pattern>
    </defs>
  )
}

/** The sample of a color beside its name. */
export function UsageSwatch({ kind, id }: { kind: (typeof usageKinds)[number]; id: string }) {
  return (
    <svg aria-hidden className={`size-2.5 shrink-0 ${kind.text}`}>
      <rect width="100%" height="100%" rx="2" fill={kind.isHatched ? `url(#${id})` : "currentColor"} />
    </svg>
  )
}

/** Under the bars: each label in the middle of its bar. On a narrow screen every other one is left out. */
export function UsageTimeAxis({ ticks, count }: { ticks: TimeTick[]; count: number }) {
  return (
    <svg aria-hidden className="block h-5 w-full overflow-visible">
      {ticks.map(({ index, label }, place) => (
        <text
          key={index}
          x={`${((index + 0.5) / count) * 100}%`}
          y="15"
          textAnchor={anchorAt((index + 0.5) / count)}
          className={`fill-muted-foreground text-xs tabular-nums ${ticks.length > 5 && place % 2 === 1 ? "max-sm:hidden" : ""}`}
        >
          {label}
        </text>
      ))}
    </svg>
  )
}

/** At the edges a label leans inwards. */
function anchorAt(share: number): "start" | "middle" | "end" {
  if (share < 0.03) return "start"
  return share > 0.97 ? "end" : "middle"
}

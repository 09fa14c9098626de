import type { Route } from "next"
import Link from "next/link"
import { cn } from "./cn"
import { type UsageRange, usageRanges } from "./usage-range"

/** Links to the same page over another span of time. */
export function UsageRangeSwitch({ path, current }: { path: string; current: UsageRange }) {
  return (
    <nav aria-label="Span of time" className="flex rounded-lg border bg-card p-0.5 shadow-xs">
      {Object.entries(usageRanges).map(([range, { label }]) => (
        <Link
          key={range}
          href={`${path}?range=${range}` as Route}
          scroll={false}
          aria-label={label}
          aria-current={range === current ? "true" : undefined}
          className={cn(
            "focus-ring rounded-md px-2.5 py-1 text-[0.8125rem] tabular-nums",
            range === current
              ? "bg-accent font-medium text-foreground"
              : "text-muted-foreground hover:text-foreground",
          )}
        >
          {range}
        </Link>
      ))}
    </nav>
  )
}

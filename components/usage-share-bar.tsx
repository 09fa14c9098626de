"use client"

// Drawn by the client's code: what the server streams into an SVG comes with an inline style, which the policy forbids.

/** How much of the whole a number in the same row is. The number says it; this shows it. */
export function UsageShareBar({
  part,
  whole,
  className,
}: {
  part: number
  whole: number
  className?: string
}) {
  const share = whole === 0 ? 0 : (part / whole) * 100
  return (
    <svg aria-hidden className={className ?? "h-1.5 w-24"}>
      <rect width="100%" height="100%" rx="3" className="fill-muted" />
      {share === 0 ? null : (
        <rect width={`${Math.max(2, share)}%`} height="100%" rx="3" className="fill-brand" />
      )}
    </svg>
  )
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const units = [
  ["day", dayMs],
  ["hour", hourMs],
  ["minute", minuteMs],
] as const
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const

// Written out instead of Intl: its spaces and words differ between Node and browsers, and then hydration fails.

/** "24 Nov 2025", in UTC. */
export function formatDate(date: Date): string {
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** "24 Nov 2025, 14:05 UTC" */
export function formatDateTime(date: Date): string {
  return `${formatDate(date)}, ${date.toISOString().slice(11, 16)} UTC`
}

/** "3 minutes ago" or "in 2 days"; beyond a month, the date. */
export function formatRelative(date: Date, now: Date): string {
  const elapsed = now.getTime() - date.getTime()
  const distance = Math.abs(elapsed)
  if (distance < minuteMs) return elapsed < 0 ? "in a moment" : "just now"
  if (distance > 31 * dayMs) return formatDate(date)
  const [unit, unitMs] =
    distance < hourMs ? ["minute", minuteMs] : distance < dayMs ? ["hour", hourMs] : ["day", dayMs]
  // The past counts what is over; the future is rounded, so that a key made for 30 days says so.
  if (elapsed > 0) return `${plural(Math.floor(distance / unitMs), unit)} ago`
  return `in ${plural(Math.round(distance / unitMs), unit)}`
}

/** "7 days" or "90 minutes": in the largest unit that leaves nothing over. */
export function formatDuration(duration: number): string {
  const [unit, unitMs] = units.find(([, unitMs]) => duration % unitMs === 0) ?? ["second", 1000]
  return plural(Math.round(duration / unitMs), unit)
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

import { days, hours, minutes, seconds } from "@/lib/duration"

const units = [
  ["day", days(1)],
  ["hour", hours(1)],
  ["minute", minutes(1)],
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
  const largest = units.find(([, length]) => distance >= length)
  if (!largest) return elapsed < 0 ? "in a moment" : "just now"
  if (distance > days(31)) return formatDate(date)
  const [unit, length] = largest
  // The past counts what is over; the future is rounded, so that a key made for 30 days says so.
  if (elapsed > 0) return `${plural(Math.floor(distance / length), unit)} ago`
  return `in ${plural(Math.round(distance / length), unit)}`
}

/** "7 days" or "90 minutes": in the largest unit that leaves nothing over. */
export function formatDuration(duration: number): string {
  const [unit, length] = units.find(([, length]) => duration % length === 0) ?? ["second", seconds(1)]
  return plural(Math.round(duration / length), unit)
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`
}

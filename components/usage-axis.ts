import { days, hours, minutes } from "@/lib/duration"
import { type Resolution, spans } from "@/lib/usage/usage.schema"
import { formatDate } from "./format-time"

// Where the lines and labels of a chart stand. All times are UTC, as everywhere in the dashboard.

/** How far labels may be apart: what people count a day, a month or a quarter in. */
const steps = {
  minute: [minutes(5), minutes(10), minutes(15), minutes(30)],
  hour: [hours(1), hours(2), hours(4), hours(6), hours(12), days(1), days(2)],
  day: [days(1), days(7), days(14), days(28)],
} satisfies Record<Resolution, number[]>
const LABELS_MAX = 8
/** The first Monday there was: weeks are counted from it. */
const MONDAY = days(4)

/** The lines of an axis for whole numbers up to `most`, from 0 to the last, which is not below it. */
export function countTicks(most: number): number[] {
  const step = niceStep(most / 4)
  const count = Math.max(1, Math.ceil(most / step))
  return Array.from({ length: count + 1 }, (_, index) => index * step)
}

/** The next of 1, 2, 2.5 and 5 times a power of ten that is a whole number. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)))
  const nice = [1, 2, 2.5, 5, 10].map((factor) => factor * power)
  return nice.find((step) => step >= least && Number.isInteger(step)) ?? 10 * power
}

export type TimeTick = { index: number; label: string }

/** Which of the points get a label, and what it says: round times only, never more than fit. */
export function timeTicks(starts: Date[], resolution: Resolution): TimeTick[] {
  const length = starts.length * spans[resolution]
  const step = steps[resolution].find((step) => length / step <= LABELS_MAX) ?? steps[resolution].at(-1) ?? 1
  const origin = resolution === "day" ? MONDAY : 0
  return starts.flatMap((start, index) =>
    (start.getTime() - origin) % step === 0 ? [{ index, label: tickLabel(start, resolution, step) }] : [],
  )
}

/** "14:05", or the day where one begins. */
function tickLabel(start: Date, resolution: Resolution, step: number): string {
  const isMidnight = start.getTime() % days(1) === 0
  return resolution === "day" || step >= days(1) || isMidnight
    ? formatDate(start).replace(/ \d+$/, "")
    : timeOfDay(start)
}

/** "24 Nov 2025, 14:00–15:00 UTC": the time that one point stands for. */
export function spanLabel(start: Date, resolution: Resolution): string {
  if (resolution === "day") return formatDate(start)
  const end = new Date(start.getTime() + spans[resolution])
  const time = resolution === "minute" ? timeOfDay(start) : `${timeOfDay(start)}–${timeOfDay(end)}`
  return `${formatDate(start)}, ${time} UTC`
}

function timeOfDay(instant: Date): string {
  return instant.toISOString().slice(11, 16)
}

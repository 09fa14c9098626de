import { z } from "zod"
import { days, hours, minutes } from "../duration"

// The query of GET /api/v1/api-keys/{id}/usage, and the bounds of its answer. Safe for the browser.

/** More points than this nobody can read. */
export const POINTS_MAX = 1500
export const RECENT_MAX = 50

export const resolutions = ["minute", "hour", "day"] as const
export type Resolution = (typeof resolutions)[number]

/** How long the time is that one point of a series stands for. */
export const spans = { minute: minutes(1), hour: hours(1), day: days(1) } satisfies Record<Resolution, number>

const time = z.iso
  .datetime({ offset: true, error: "must be an RFC 3339 time" })
  .transform((text) => new Date(text))

export const usageQuerySchema = z.strictObject({
  /** Left out: what suits the length of the time asked for. */
  resolution: z.enum(resolutions, `must be one of: ${resolutions.join(", ")}`).optional(),
  /** Left out: a day before `until`. */
  since: time.optional(),
  /** Left out: now. */
  until: time.optional(),
})
export type UsageQuery = z.output<typeof usageQuerySchema>

import { z } from "zod"

// The query of GET /api/v1/api-keys/{id}/usage. Safe for the browser.

export const resolutions = ["minute", "hour", "day"] as const
export type Resolution = (typeof resolutions)[number]

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

import { addDuration, days, hours } from "@/lib/duration"
import type { UsageQuery } from "@/lib/usage/usage.schema"

/** The spans of time that pages about use can show, by what stands in their address. */
export const usageRanges = {
  "1h": { label: "1 hour", length: hours(1), resolution: "minute" },
  "24h": { label: "24 hours", length: days(1), resolution: "hour" },
  "7d": { label: "7 days", length: days(7), resolution: "hour" },
  "30d": { label: "30 days", length: days(30), resolution: "day" },
  "90d": { label: "90 days", length: days(90), resolution: "day" },
} as const
export type UsageRange = keyof typeof usageRanges

/** The span that an address asks for; a day for anything else. */
export function usageRangeFrom(text: unknown): UsageRange {
  return typeof text === "string" && Object.hasOwn(usageRanges, text) ? (text as UsageRange) : "24h"
}

/** The query for it, up to `now`. */
export function usageQueryOf(range: UsageRange, now: Date): UsageQuery {
  const { length, resolution } = usageRanges[range]
  return { resolution, since: addDuration(now, -length), until: now }
}

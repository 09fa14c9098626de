import { describe, expect, it } from "vitest"
import { days, hours, minutes, seconds } from "@/lib/duration"
import { formatDate, formatDateTime, formatDuration, formatRelative } from "./format-time"

const now = new Date("2025-11-24T14:05:30Z")

describe("formatRelative", () => {
  it.each([
    ["2025-11-24T14:05:10Z", "just now"],
    ["2025-11-24T14:05:50Z", "in a moment"],
    ["2025-11-24T14:04:30Z", "1 minute ago"],
    ["2025-11-24T13:06:30Z", "59 minutes ago"],
    ["2025-11-24T12:05:30Z", "2 hours ago"],
    ["2025-11-23T14:05:30Z", "1 day ago"],
    ["2025-11-26T15:05:30Z", "in 2 days"],
    ["2025-12-24T14:05:20Z", "in 30 days"],
    ["2025-09-01T00:00:00Z", "1 Sep 2025"],
    ["2026-11-24T14:05:30Z", "24 Nov 2026"],
  ])("says %s as %s", (date, words) => {
    expect(formatRelative(new Date(date), now)).toBe(words)
  })
})

describe("formatDuration", () => {
  it.each([
    [days(7), "7 days"],
    [hours(24), "1 day"],
    [hours(36), "36 hours"],
    [minutes(90), "90 minutes"],
    [seconds(100), "100 seconds"],
  ])("says %s ms as %s", (duration, words) => {
    expect(formatDuration(duration)).toBe(words)
  })
})

describe("formatDate and formatDateTime", () => {
  it("speak in UTC, whatever the machine's time zone", () => {
    expect(formatDate(new Date("2025-12-31T23:59:59Z"))).toBe("31 Dec 2025")
    expect(formatDateTime(now)).toBe("24 Nov 2025, 14:05 UTC")
  })
})

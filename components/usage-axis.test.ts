import { describe, expect, test } from "vitest"
import { addDuration, days, hours, minutes } from "@/lib/duration"
import { countTicks, spanLabel, timeTicks } from "./usage-axis"

const from = (start: string, span: number, count: number) =>
  Array.from({ length: count }, (_, index) => addDuration(new Date(start), index * span))

describe("countTicks", () => {
  test.each([
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [41, [0, 20, 40, 60]],
    [100, [0, 25, 50, 75, 100]],
    [198, [0, 50, 100, 150, 200]],
    [1_000_001, [0, 500_000, 1_000_000, 1_500_000]],
  ])("up to %d are round whole numbers", (most, ticks) => {
    expect(countTicks(most)).toEqual(ticks)
  })

  test("end at the most there is or above it, and are few", () => {
    for (let most = 1; most < 3000; most += 1) {
      const ticks = countTicks(most)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.length).toBeLessThanOrEqual(5)
      expect(ticks.every(Number.isInteger)).toBe(true)
    }
  })
})

describe("timeTicks", () => {
  const labels = (starts: Date[], resolution: "minute" | "hour" | "day") =>
    timeTicks(starts, resolution).map(({ label }) => label)

  test("of an hour are ten minutes apart", () => {
    expect(labels(from("2026-11-27T10:53Z", minutes(1), 61), "minute")).toEqual([
      "11:00",
      "11:10",
      "11:20",
      "11:30",
      "11:40",
      "11:50",
    ])
  })

  test("of a day are four hours apart, and midnight is named by its day", () => {
    expect(labels(from("2026-11-26T11:00Z", hours(1), 25), "hour")).toEqual([
      "12:00",
      "16:00",
      "20:00",
      "27 Nov",
      "04:00",
      "08:00",
    ])
  })

  test("of a week are its midnights", () => {
    expect(labels(from("2026-11-20T11:00Z", hours(1), 169), "hour")).toEqual([
      "21 Nov",
      "22 Nov",
      "23 Nov",
      "24 Nov",
      "25 Nov",
      "26 Nov",
      "27 Nov",
    ])
  })

  test("of a month are its Mondays, of a quarter every other one", () => {
    expect(labels(from("2026-10-28T00:00Z", days(1), 31), "day")).toEqual([
      "2 Nov",
      "9 Nov",
      "16 Nov",
      "23 Nov",
    ])
    expect(timeTicks(from("2026-08-29T00:00Z", days(1), 91), "day").length).toBe(7)
  })
})

test("a point says which time it stands for", () => {
  const start = new Date("2026-11-27T23:00Z")
  expect(spanLabel(start, "day")).toBe("27 Nov 2026")
  expect(spanLabel(start, "hour")).toBe("27 Nov 2026, 23:00–00:00 UTC")
  expect(spanLabel(start, "minute")).toBe("27 Nov 2026, 23:00 UTC")
})

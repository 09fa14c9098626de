import { expect, test } from "vitest"
import { formatCount, formatShare } from "./format-count"

test.each([
  [0, "0"],
  [999, "999"],
  [1234, "1,234"],
  [999_999, "999,999"],
  [1_000_000, "1.0 M"],
  [12_340_000, "12.3 M"],
])("writes %d as %s", (count, text) => {
  expect(formatCount(count)).toBe(text)
})

test.each([
  [0, 0, "–"],
  [0, 10, "0 %"],
  [10, 10, "100 %"],
  [1, 3, "33.3 %"],
  [1, 100_000, "< 0.1 %"],
  [99_999, 100_000, "> 99.9 %"],
])("writes %d of %d as %s: a little is never none, nor nearly all everything", (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text)
})

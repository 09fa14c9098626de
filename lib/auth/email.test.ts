import { describe, expect, test } from "vitest"
import { normalizeEmail } from "./email"

describe("normalizeEmail", () => {
  test.each([
    ["Ada@Example.TEST", "ada@example.test"],
    [" ada@example.test ", "ada@example.test"],
    ["ａｄａ@example.test", "ada@example.test"],
    ["first.last+tag@example.co.uk", "first.last+tag@example.co.uk"],
  ])("%s → %s", (text, normalized) => {
    expect(normalizeEmail(text)).toBe(normalized)
  })

  test.each([
    ["ada＠example.test"],
    ["a@b@example.test"],
    ['"ada lovelace"@example.test'],
    ["ada@"],
    ["@example.test"],
    [`${"a".repeat(400)}@example.test`],
    ["ada@exa mple.test"],
    ["ada\u0000@example.test"],
    [""],
    [null],
    [{ email: "ada@example.test" }],
    [["ada@example.test"]],
  ])("refuses %j", (text) => {
    expect(normalizeEmail(text)).toBeNull()
  })
})

import { expect, it } from "vitest"
import { days } from "@/lib/duration"
import { SessionEndReason } from "@/prisma/generated/enums"
import { sessionEndWords } from "./session-end-words"

const reasons = [...Object.values(SessionEndReason), "expired", "idle"] as const

it.each(reasons)("answers %s with one sentence, without the code itself", (reason) => {
  const words = sessionEndWords(reason, days(7))
  expect(words).toMatch(/^[A-Z][^.]+\.$/)
  expect(words).not.toContain("_")
})

it("has a sentence of its own for each reason", () => {
  expect(new Set(reasons.map((reason) => sessionEndWords(reason, days(7)))).size).toBe(reasons.length)
})

it("names the time that the browser may lie unused", () => {
  expect(sessionEndWords("idle", days(7))).toBe("It was not used for 7 days.")
  expect(sessionEndWords("idle", days(1))).toBe("It was not used for 1 day.")
})

import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { generateRecoveryCodes, normalizeRecoveryCode } from "./recovery-codes"

const letter = fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz")
const code = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.string({ unit: letter, minLength: 16, maxLength: 16 }))
  .map(([position, random]) => `${position}${random}`)

describe("normalizeRecoveryCode", () => {
  it("reads a code however it is typed from paper", () => {
    // What people take a letter for, and what they put between.
    const likenesses: Record<string, string[]> = { 0: ["0", "o", "O"], 1: ["1", "i", "I", "l", "L"] }
    const separators = fc.constantFrom("", "-", " ", "\t", " - ", "\n")
    const typed = code.chain((written) =>
      fc
        .tuple(
          ...[...written].map((letter) =>
            fc.tuple(fc.constantFrom(...(likenesses[letter] ?? [letter, letter.toUpperCase()])), separators),
          ),
        )
        .map((letters) => ({ written, text: letters.flat().join("") })),
    )
    fc.assert(
      fc.property(typed, ({ written, text }) => {
        expect(normalizeRecoveryCode(text)).toBe(written)
      }),
    )
  })

  it.each([
    "",
    "123456",
    "a".repeat(17),
    "0".repeat(16),
    "0".repeat(18),
    "0u23456789abcdefg",
    `0${"é".repeat(16)}`,
  ])("takes %j for none", (text) => {
    expect(normalizeRecoveryCode(text)).toBeNull()
  })

  it("never throws, and gives nothing but what a code can be", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(normalizeRecoveryCode(text) ?? "0".repeat(17)).toMatch(/^\d[0-9a-hjkmnp-tv-z]{16}$/)
      }),
    )
  })
})

test("ten codes are made that never come again, each with its place and an Argon2id of its own", async () => {
  const [made, others] = [await generateRecoveryCodes(), await generateRecoveryCodes()]
  expect(new Set([...made.codes, ...others.codes]).size).toBe(20)
  expect(new Set([...made.hashes, ...others.hashes]).size).toBe(20)
  for (const [position, text] of made.codes.entries()) {
    expect(text).toMatch(/^\d[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/)
    expect(normalizeRecoveryCode(text)?.[0]).toBe(String(position))
  }
  for (const hash of made.hashes) expect(hash).toMatch(/^\$argon2id\$/)
})

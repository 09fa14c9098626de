import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { generateCheckedToken, isChecked } from "./checked-token"

describe("generateCheckedToken", () => {
  test("makes 49 characters after the prefix that fit each other and never repeat", () => {
    const tokens = Array.from({ length: 1000 }, () => generateCheckedToken("rt_"))
    expect(new Set(tokens).size).toBe(1000)
    for (const token of tokens) {
      expect(token).toMatch(/^rt_[0-9A-Za-z]{49}$/)
      expect(isChecked(token)).toBe(true)
    }
  })

  test("uses its whole alphabet in every place that 256 bits fill", () => {
    const secrets = Array.from({ length: 2000 }, () => generateCheckedToken("").slice(0, 43))
    for (let place = 1; place < 43; place++) {
      expect(new Set(secrets.map((secret) => secret[place])).size).toBe(62)
    }
  })
})

describe("isChecked", () => {
  test("knows a fixed example, so that tokens outlive a new version of us", () => {
    expect(isChecked(`rt_${"0".repeat(43)}1yFFu2`)).toBe(true)
  })

  test("notices whatever happens to up to four neighbouring characters", () => {
    const token = generateCheckedToken("rt_")
    const place = fc.nat(token.length - 1)
    const text = fc.stringMatching(/^[0-9A-Za-z_]{1,4}$/)
    fc.assert(
      fc.property(place, text, (index, replacement) => {
        const changed = token.slice(0, index) + replacement + token.slice(index + replacement.length)
        fc.pre(changed !== token && changed.length === token.length)
        expect(isChecked(changed)).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  test("notices two neighbours that changed places", () => {
    const token = generateCheckedToken("rt_")
    for (let index = 0; index < token.length - 1; index++) {
      const [first, second] = [token.charAt(index), token.charAt(index + 1)]
      if (first === second) continue
      expect(isChecked(token.slice(0, index) + second + first + token.slice(index + 2))).toBe(false)
    }
  })

  test("binds the secret to its prefix", () => {
    const token = generateCheckedToken("rt_")
    expect(isChecked(token.replace("rt_", "sk_"))).toBe(false)
  })

  test("never throws, whatever the text", () => {
    const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes))
    fc.assert(fc.property(anyText, (text) => typeof isChecked(text) === "boolean"))
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { generateTotpSecret, matchTotpStep, stepAt, totpCode, totpUri } from "./totp"

// The secret of RFC 6238 appendix B, "12345678901234567890", in base32.
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

describe("totpCode", () => {
  it.each([
    [59, "287082"],
    [1111111109, "081804"],
    [1111111111, "050471"],
    [1234567890, "005924"],
    [2000000000, "279037"],
    [20000000000, "353130"],
  ])("is that of RFC 6238 appendix B at %d s", (seconds, code) => {
    expect(totpCode(secret, stepAt(new Date(seconds * 1000)))).toBe(code)
  })
})

describe("matchTotpStep", () => {
  const now = new Date("2026-03-01T12:00:15Z")
  const step = stepAt(now)

  it.each([
    [-2, null],
    [-1, step - 1],
    [0, step],
    [1, null],
    [2, null],
  ])("of a code %d steps away is %s", (offset, expected) => {
    expect(matchTotpStep(secret, totpCode(secret, step + offset), now)).toBe(expected)
  })

  it("takes no other text for a code", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const codes = [totpCode(secret, step), totpCode(secret, step - 1)]
        expect(matchTotpStep(secret, text, now) === null).toBe(!codes.includes(text))
      }),
    )
  })
})

it("makes secrets of 160 bits that never come again", () => {
  const secrets = Array.from({ length: 200 }, generateTotpSecret)
  expect(new Set(secrets).size).toBe(200)
  for (const made of secrets) expect(made).toMatch(/^[A-Z2-7]{32}$/)
})

it("writes the address that apps read, whatever the account is called", () => {
  const uri = totpUri(secret, { account: "ada+x@example.test", issuer: "Latch key" })
  expect(uri).toBe(
    `otpauth://totp/Latch%20key:ada%2Bx%40example.test?secret=${secret}&issuer=Latch%20key&algorithm=SHA1&digits=6&period=30`,
  )
})

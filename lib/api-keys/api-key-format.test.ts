import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { apiKeyPattern, generateApiKey, parseApiKey } from "./api-key-format"

const organizationId = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"

describe("generateApiKey", () => {
  test("makes keys that parse back to their organization and never repeat", () => {
    const keys = Array.from({ length: 1000 }, () => generateApiKey(organizationId))
    expect(new Set(keys).size).toBe(1000)
    for (const key of keys) {
      expect(key).toMatch(apiKeyPattern)
      expect(parseApiKey(key)).toEqual({ organizationId })
    }
  })
})

describe("parseApiKey", () => {
  test("finds the one organization in a key of any organization, and in no cut or longer text", () => {
    const ids = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    fc.assert(
      fc.property(ids, fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (id, place, more) => {
        const key = generateApiKey(id)
        const at = place % key.length
        expect(parseApiKey(key)).toEqual({ organizationId: id })
        expect(key.split("_")).toEqual(["sk", id, expect.stringMatching(/^[0-9A-Za-z]{49}$/)])
        for (const text of [key.slice(0, at), key.slice(0, at) + more + key.slice(at), key.slice(at + 1)])
          expect(parseApiKey(text)).toBeNull()
      }),
    )
  })

  test("knows a fixed example, so the published format cannot drift", () => {
    expect(parseApiKey(`sk_${organizationId}_${"0".repeat(43)}0iocZG`)).toEqual({ organizationId })
  })

  test("notices any one changed character", () => {
    const key = generateApiKey(organizationId)
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom(..."0Zaz_"), (index, character) => {
        fc.pre(key[index] !== character)
        expect(parseApiKey(key.slice(0, index) + character + key.slice(index + 1))).toBeNull()
      }),
    )
  })

  test.each([
    "",
    "sk_",
    "sk__",
    `sk_${organizationId}`,
    `${generateApiKey(organizationId)}\n`,
    ` ${generateApiKey(organizationId)}`,
  ])("refuses %j", (text) => {
    expect(parseApiKey(text)).toBeNull()
  })

  test("never throws, whatever the text", () => {
    const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes))
    fc.assert(fc.property(anyText, (text) => parseApiKey(text) === null))
  })
})

import { transpileModule } from "typescript"
import { describe, expect, test } from "vitest"
import { generateApiKey, parseApiKey } from "./api-key-format"
import { EXAMPLE_API_KEY, pythonValidator, scannerPattern, typescriptValidator } from "./offline-validators"

const organizationId = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"

async function loadValidator(): Promise<(key: string) => string | null> {
  const { outputText } = transpileModule(typescriptValidator, { compilerOptions: { module: 99, target: 99 } })
  const url = `data:text/javascript,${encodeURIComponent(outputText)}`
  const { organizationOf } = await import(/* @vite-ignore */ url)
  return organizationOf
}

const keys = [EXAMPLE_API_KEY, ...Array.from({ length: 50 }, () => generateApiKey(organizationId))]
const others = [
  "",
  "sk_",
  `${EXAMPLE_API_KEY}\n`,
  ` ${EXAMPLE_API_KEY}`,
  EXAMPLE_API_KEY.replace("0iocZG", "0iocZH"),
  EXAMPLE_API_KEY.replace("sk_01", "sk_02"),
  EXAMPLE_API_KEY.toLowerCase(),
  EXAMPLE_API_KEY.replace("K9", "I9"),
  EXAMPLE_API_KEY.slice(0, -1),
  `sk_${organizationId}_${"é".repeat(49)}`,
]

describe("the published TypeScript validator", () => {
  test("takes what the server takes, and nothing else", async () => {
    const organizationOf = await loadValidator()
    for (const key of keys) expect(organizationOf(key)).toBe(organizationId)
    for (const text of others)
      expect([text, organizationOf(text), parseApiKey(text)]).toEqual([text, null, null])
  })

  test("needs nothing but the language", () => {
    expect(typescriptValidator).not.toMatch(/import|require|process|Buffer/)
  })
})

describe("what scanners are given", () => {
  test("finds a key in the middle of a text, and every key there is", () => {
    for (const key of keys) expect(`token: "${key}",`.match(new RegExp(scannerPattern, "g"))).toEqual([key])
    expect(`x${EXAMPLE_API_KEY}`).not.toMatch(new RegExp(scannerPattern))
  })

  test("is in the Python validator too, and no key but the example is on the page", () => {
    expect(pythonValidator).toContain("sk_([0-9A-HJKMNP-TV-Z]{26})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")
    expect(parseApiKey(EXAMPLE_API_KEY)).toEqual({ organizationId })
  })
})

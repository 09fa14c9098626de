import { expect, test } from "vitest"
import { readCredential } from "./credentials"

const read = (headers: Record<string, string>) => readCredential(new Headers(headers))
const codeOf = (headers: Record<string, string>) => {
  try {
    return read(headers).type
  } catch (error) {
    return (error as { code: string }).code
  }
}

test("reads either header", () => {
  expect(read({})).toEqual({ type: "none" })
  expect(read({ authorization: "Bearer sk_a_b" })).toEqual({ type: "bearer", token: "sk_a_b" })
  expect(read({ authorization: "bearer   sk_a_b" })).toEqual({ type: "bearer", token: "sk_a_b" })
  expect(read({ "x-api-key": "sk_a_b" })).toEqual({ type: "api_key", token: "sk_a_b" })
})

test("refuses two credentials at once, even when they are the same", () => {
  expect(codeOf({ authorization: "Bearer x", "x-api-key": "x" })).toBe("ambiguous_credentials")
})

test.each([
  "",
  "Bearer",
  "Bearer ",
  "Bearer %",
  "Bearer %ZZ",
  "Bearer a b",
  "Bearer\ta",
  "Bearer a, Bearer b",
  "Basic dXNlcjpwYXNz",
  "Bearer clé",
  "Bearersk_a_b",
  'Bearer "sk"',
  `Bearer ${"a".repeat(64 * 1024)}`,
])("refuses Authorization: %j", (authorization) => {
  expect(codeOf({ authorization })).toBe("unauthenticated")
})

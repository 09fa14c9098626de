import { describe, expect, test } from "vitest"
import { redactSecrets } from "./redact"

describe("redactSecrets", () => {
  test.each([
    ["an API key", "key sk_01K9ZQ7D3N5T8V0W2X4Y6Z8A1B_abcdefgh12345678 refused", "sk_01K9"],
    ["a refresh token", "rt_0123456789abcdefghijk", "0123456789"],
    ["a JWT", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJ"],
    ["a bearer header", "Authorization: Bearer abcdefghijkl", "abcdefghijkl"],
    ["a database password", "postgresql://app:hunter2@127.0.0.1:5432/app", "hunter2"],
    ["a session cookie", "__Host-latchkey.session=q83vEjRWeJ; Path=/", "q83vEjRWeJ"],
    ["an authorization code", "GET /api/auth/callback/google?code=4/0Abc&state=xyzxyz", "4/0Abc"],
    ["a mailed link", "GET /reset-password?token=q83vEjRWeJ-mailed", "q83vEjRWeJ"],
    ["a password in an address", "GET /sign-in?email=a&password=hunter2%20hunter2", "hunter2"],
  ])("hides %s", (_name, text, secret) => {
    expect(redactSecrets(text)).not.toContain(secret)
  })

  test("leaves ordinary text alone", () => {
    const text = "GET /api/v1/api-keys 200 in 12 ms for 127.0.0.1"
    expect(redactSecrets(text)).toBe(text)
  })
})

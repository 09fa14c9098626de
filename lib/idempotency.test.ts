import { describe, expect, test } from "vitest"
import { readIdempotencyKey } from "./idempotency"

function read(key: string | null, { method = "POST", path = "/api/v1/api-keys", body = {} as unknown } = {}) {
  const headers: Record<string, string> = key === null ? {} : { "idempotency-key": key }
  return readIdempotencyKey(new Request(`http://localhost:3000${path}`, { method, headers }), body)
}
const hashOf = (...parameters: Parameters<typeof read>) =>
  Buffer.from(read(...parameters)?.requestHash ?? []).toString("hex")

describe("the Idempotency-Key header", () => {
  test("is nothing where it is not sent, and is taken as it is up to 255 characters", () => {
    expect(read(null)).toBeNull()
    for (const key of ["1", "8e03978e-40d5-43dd-bc93-6894a57f9324", '"quoted"', "x".repeat(255)])
      expect(read(key)?.key).toBe(key)
  })

  test.each(["", " ", "a b", "a\tb", "a\u0001b", "clé", "\u007f", "x".repeat(256)])("cannot be %j", (key) => {
    expect(() => read(key)).toThrow(expect.objectContaining({ code: "bad_request" }))
  })

  test("stands for method, path and body, whatever the query", () => {
    const hash = hashOf("k", { body: { name: "x" } })
    expect(hashOf("another", { body: { name: "x" } })).toBe(hash)
    expect(hashOf("k", { body: { name: "x" }, path: "/api/v1/api-keys?x=1" })).toBe(hash)
    const others = [
      hashOf("k", { body: { name: "y" } }),
      hashOf("k", { body: { name: "x", scopes: [] } }),
      hashOf("k", { body: { name: "x" }, path: "/api/v1/api-keys/x/rotate" }),
      hashOf("k", { body: { name: "x" }, method: "PUT" }),
      hashOf("k", { body: null }),
    ]
    expect(new Set([hash, ...others]).size).toBe(others.length + 1)
  })
})

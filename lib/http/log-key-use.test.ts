import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { routePattern } from "./log-key-use"

describe("routePattern", () => {
  test.each<[string, unknown, string]>([
    ["/api/v1/me", undefined, "/api/v1/me"],
    ["/api/v1/me", {}, "/api/v1/me"],
    ["/api/v1/api-keys/01K9", { id: "01K9" }, "/api/v1/api-keys/{id}"],
    ["/api/v1/api-keys/01K9/rotate", { id: "01K9" }, "/api/v1/api-keys/{id}/rotate"],
    ["/api/v1/api-keys/r/rotate", { id: "r" }, "/api/v1/api-keys/{id}/rotate"],
    ["/api/v1/api-keys/api/rotate", { id: "api" }, "/api/v1/api-keys/{id}/rotate"],
    ["/api/v1/a/1/b/2", { a: "1", b: "2" }, "/api/v1/a/{a}/b/{b}"],
    ["/api/v1/a/1/b/1", { a: "1", b: "1" }, "/api/v1/a/{b}/b/{a}"],
    ["/api/v1/files/x/y/z", { path: ["x", "y", "z"] }, "/api/v1/files/{path}"],
    ["/api/v1/api-keys/a%20b", { id: "a b" }, "/api/v1/api-keys/{id}"],
    ["/api/v1/api-keys/%61%62", { id: "ab" }, "/api/v1/api-keys/{id}"],
    ["/api/v1/api-keys/a%2Fb", { id: "a/b" }, "/api/v1/api-keys/{id}"],
    ["/api/v1/api-keys/a%20b", { id: "a%20b" }, "/api/v1/api-keys/{id}"],
    ["/api/v1/api-keys/%ZZ", { id: "%ZZ" }, "/api/v1/api-keys/{id}"],
    ["/api/v1/api-keys/x", { id: "something else" }, "{unknown}"],
  ])("of %s with %j is %s", (pathname, params, pattern) => {
    expect(routePattern(pathname, params)).toBe(pattern)
  })

  test("has no end of paths but one pattern, however they are spelled", () => {
    const spelled = (text: string, isEncoded: boolean) =>
      isEncoded
        ? [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")
        : encodeURIComponent(text)
    const ids = fc
      .string({ minLength: 1, unit: "grapheme" })
      .filter((id) => !["api", "v1", "api-keys", "usage", ".", ".."].includes(id))
    fc.assert(
      fc.property(ids, fc.boolean(), (id, isEncoded) => {
        const pathname = `/api/v1/api-keys/${spelled(id, isEncoded)}/usage`
        expect(routePattern(pathname, { id })).toBe("/api/v1/api-keys/{id}/usage")
      }),
    )
  })
})

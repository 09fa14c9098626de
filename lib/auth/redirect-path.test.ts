import { describe, expect, test } from "vitest"
import { safeRedirectPath } from "./redirect-path"

const origin = "https://app.example.com"

describe("safeRedirectPath", () => {
  test.each([
    ["/dashboard/api-keys?cursor=1#top", "/dashboard/api-keys?cursor=1#top"],
    ["https://app.example.com/dashboard/team", "/dashboard/team"],
    ["/a/../b", "/b"],
    ["/%2f%2fevil.example", "/%2f%2fevil.example"],
  ])("keeps our own %s", (target, path) => {
    expect(safeRedirectPath(target, origin)).toBe(path)
  })

  test.each([
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https://evil.example/",
    "https://app.example.com@evil.example/",
    "https://app.example.com.evil.example/",
    "/\t/evil.example",
    "/..//evil.example",
    "/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "data:text/html,x",
    "foo",
    "%",
    "",
    `/${"a".repeat(8000)}`,
  ])("sends %j home", (target) => {
    expect(safeRedirectPath(target, origin)).toBe("/dashboard")
  })
})

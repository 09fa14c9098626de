import { describe, expect, test } from "vitest"
import { safeRedirectPath } from "./redirect-path"

const origin = "https://app.example.com"

describe("safeRedirectPath", () => {
  test.each([
    ["/dashboard/api-keys?cursor=1#top", "/dashboard/api-keys?cursor=1#top"],
    ["https://app.example.com/dashboard/team", "/dashboard/team"],
    ["/a/../b", "/b"],
    ["/%2f%2fevil.example", "/%2f%2fevil.example"],
    ["/dashboard/api-keys", "/dashboard/api-keys"],
    ["/apiary", "/apiary"],
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
    // Our own, and no page: from here it would begin a program's sign-in as if one of our pages had.
    "/api/v1/auth/google/login",
    "/a/../api/v1/auth/google/login",
    "/%61pi/v1/auth/google/login",
    "https://app.example.com/api/auth/signin",
    "/%ff",
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

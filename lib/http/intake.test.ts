import type { IncomingMessage } from "node:http"
import { describe, expect, test } from "vitest"
import { admit, homeOf, takeIn } from "./intake"

const own = { origin: "http://localhost:3000" }

function admitted(method: string, url: string, headers: Record<string, string> = {}) {
  const rawHeaders = Object.entries(headers).flat()
  const request = { method, url, headers, rawHeaders } as unknown as IncomingMessage
  try {
    admit(request)
    return { url: request.url, headers: request.headers }
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe("admit", () => {
  test.each([
    ["/dashboard?x=%", "/dashboard?x=%"],
    ["http://evil.test/dashboard?a=b", "/dashboard?a=b"],
    ["https://evil.test", "/"],
    ["http://evil.test?x", "/?x"],
    ["//evil.test/x", "//evil.test/x"],
  ])("takes %s for the path %s", (target, path) => {
    expect(admitted("GET", target)).toMatchObject({ url: path })
  })

  test.each(["*", "evil", "/api/%", "/api/v1/api-keys/%zz", "/%c3%28"])("refuses the target %j", (target) => {
    expect(admitted("GET", target)).toBe("bad_request")
  })

  describe("refuses a path that Next would take for another", () => {
    test.each([
      ...["/api/../dashboard", "/api/..", "/api/x/../../dashboard", "/./dashboard", "/_next/../dashboard"],
      ...[
        "/api/%2e%2e/dashboard",
        "/api/.%2E/dashboard",
        "/%2e",
        "/api/..\\dashboard",
        "/api\\..\\dashboard",
      ],
      "http://evil.test/api/../dashboard",
    ])("%s", (target) => {
      expect(admitted("GET", target)).toBe("bad_request")
    })
  })

  test("takes dots that are part of a name or of the query", () => {
    for (const target of ["/.well-known/jwks.json", "/a..b/...", "/x?next=/../y"])
      expect(admitted("GET", target)).toMatchObject({ url: target })
  })

  test("knows which methods a page and the API have", () => {
    for (const method of ["TRACE", "CONNECT", "PURGE", "PROPFIND"]) {
      expect(admitted(method, "/api/v1/me")).toBe("method_not_allowed")
    }
    expect(admitted("DELETE", "/api/v1/api-keys/1")).toMatchObject({ url: "/api/v1/api-keys/1" })
    expect(admitted("DELETE", "/dashboard")).toBe("method_not_allowed")
    expect(admitted("PUT", "/apiary")).toBe("method_not_allowed")
  })

  test("has nothing to post to among the files of the build", () => {
    for (const path of ["/_next/static/x.js", "/_next/image", "/_next/nowhere"]) {
      expect(admitted("GET", path)).toMatchObject({ url: path })
      expect(admitted("POST", path, own)).toBe("method_not_allowed")
    }
  })

  test("takes what is below or above a path of ours for the page that says so, which runs actions", () => {
    for (const path of ["/api", "/api?x", "/healthz/x", "/readyz/x", "/metrics/x", "/_next", "/_nextx"])
      expect(admitted("POST", path)).toBe("origin_not_allowed")
  })

  test("refuses a head over 16 kB, and tells cookies that make it so from a long address", () => {
    const long = "x".repeat(17_000)
    expect(admitted("GET", "/", { cookie: "x".repeat(8000) })).toMatchObject({ url: "/" })
    expect(admitted("GET", "/", { cookie: long })).toBe("cookies_too_large")
    expect(admitted("GET", "/", { "user-agent": long })).toBe("headers_too_large")
    expect(admitted("GET", `/?${long}`, { cookie: "x".repeat(8000) })).toBe("headers_too_large")
  })

  test("admits a form only small, of known size and from our own pages", () => {
    expect(admitted("POST", "/sign-in", { ...own, "content-length": "9" })).toMatchObject({ url: "/sign-in" })
    expect(admitted("POST", "/sign-in", { ...own, "content-length": "70000" })).toBe("payload_too_large")
    expect(admitted("POST", "/sign-in", { ...own, "transfer-encoding": "chunked" })).toBe("bad_request")
    const foreign: Record<string, string>[] = [
      {},
      { origin: "null" },
      { origin: "https://evil.test" },
      { "sec-fetch-site": "cross-site" },
    ]
    for (const headers of foreign) expect(admitted("POST", "/sign-in", headers)).toBe("origin_not_allowed")
  })

  test("leaves the origin of an API call to the API, where a key needs none", () => {
    expect(admitted("POST", "/api/v1/api-keys")).toMatchObject({ url: "/api/v1/api-keys" })
    expect(admitted("POST", "/.well-known/jwks.json")).toMatchObject({ url: "/.well-known/jwks.json" })
    expect(admitted("POST", "/.well-known/nothing")).toBe("origin_not_allowed")
    expect(admitted("POST", "/metrics")).toMatchObject({ url: "/metrics" })
    expect(admitted("POST", "/metrics-of-mine")).toBe("origin_not_allowed")
  })

  test("refuses what would be sent once more to the path without a slash too many", () => {
    const slashes = ["/api/v1/auth/token/", "/api/v1/auth/token/?x", "/api/auth/signin/"]
    for (const target of [...slashes, "/api//v1/auth/token", "/api/v1/auth\\token", "/api/v1/auth//token?x"])
      expect(admitted("POST", target)).toBe("not_found")
    expect(admitted("POST", "/api/v1/auth/token?x=/")).toMatchObject({ url: "/api/v1/auth/token?x=/" })
    expect(admitted("POST", "/api/v1/auth/token?x=//")).toMatchObject({ url: "/api/v1/auth/token?x=//" })
    expect(admitted("GET", "/api/v1/me/")).toMatchObject({ url: "/api/v1/me/" })
  })

  test("drops a router state that Next could not parse, and keeps one that it can", () => {
    const tree = encodeURIComponent(JSON.stringify(["", {}]))
    expect(admitted("GET", "/", { "next-router-state-tree": tree })).toMatchObject({
      headers: { "next-router-state-tree": tree },
    })
    for (const junk of ["junk", "%", "%7B%7D", "null"]) {
      expect(admitted("GET", "/", { "next-router-state-tree": junk })).toMatchObject({ headers: {} })
    }
  })
})

describe("takeIn", () => {
  const takenIn = (headers: Record<string, string>) => {
    const socket = { remoteAddress: "127.0.0.1" }
    return takeIn({ headers, headersDistinct: {}, socket } as unknown as IncomingMessage)
  }
  const relayed = (headers: Record<string, string>) => takenIn(headers).relayed

  test("leaves nothing of what only Next's own parts tell each other", () => {
    const headers = { "x-middleware-subrequest": "proxy", "x-middleware-prefetch": "1", accept: "*/*" }
    takenIn(headers)
    expect(Object.keys(headers).filter((name) => !/^x-(forwarded|request)-/.test(name))).toEqual(["accept"])
  })

  test("tells a proxy that nobody told us of by what it adds", () => {
    expect(relayed({ host: "localhost:3000" })).toBe(false)
    for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
      expect(relayed({ [name]: "127.0.0.1" })).toBe(true)
  })
})

describe("homeOf", () => {
  const homeAt = (host: string, url = "/sign-in?next=/x", method = "GET") =>
    homeOf({ method, url, headers: { host } } as unknown as IncomingMessage)

  test("leads a page from another loopback name to the app's own", () => {
    expect(homeAt("127.0.0.1:3000")).toBe("http://localhost:3000/sign-in?next=/x")
    expect(homeAt("[::1]:3000")).toBe("http://localhost:3000/sign-in?next=/x")
  })

  test("leaves everything else where it is", () => {
    expect(homeAt("localhost:3000")).toBeNull()
    expect(homeAt("evil.test")).toBeNull()
    expect(homeAt("127.0.0.1:3000", "/api/v1/me")).toBeNull()
    expect(homeAt("127.0.0.1:3000", "/.well-known/jwks.json")).toBeNull()
    expect(homeAt("127.0.0.1:3000", "/sign-out", "POST")).toBeNull()
  })
})

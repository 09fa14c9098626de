import { once } from "node:events"
import { connect } from "node:net"
import { db } from "@/lib/db"
import { expect, test } from "./fixtures"
import { send } from "./raw-http"

// What is the client's fault is answered as such: a 500 would wake somebody up, and hides the real ones.

test("targets and methods that are none", async ({ baseURL }) => {
  for (const path of ["/api/%", "/api/v1/api-keys/%", "/api/auth/%", "/%", "/%c3%28", "*"]) {
    const { status, headers } = await send(baseURL, path)
    expect([path, status]).toEqual([path, 400])
    expect(headers["content-type"]).toBe("application/problem+json")
  }
  for (const [method, path] of [
    ["TRACE", "/"],
    ["PURGE", "/dashboard"],
    ["PROPFIND", "/api/v1/me"],
    ["DELETE", "/sign-in"],
    ["PUT", "/api/v1/me"],
    ["PUT", "/healthz"],
    ["PUT", "/.well-known/jwks.json"],
    ["GET", "/api/v1/auth/token"],
    ["DELETE", "/api/v1/auth/refresh"],
    ["POST", "/api/v1/auth/google/login"],
    ["GET", "/sign-out"],
  ] as const) {
    const { status, headers } = await send(baseURL, path, { method })
    expect([method, path, status]).toEqual([method, path, 405])
    expect(headers.allow).toBeTruthy()
  }
  expect((await send(baseURL, "/api/v1/me", { method: "OPTIONS" })).headers.allow).toBe("GET, HEAD")
  expect((await send(baseURL, "http://evil.test/dashboard")).headers.location).toMatch(/^\/sign-in/)
})

test("bodies that are no form of ours, with and without the id of a real action", async ({
  page,
  baseURL,
}) => {
  await page.goto("/sign-in")
  const sent = page.waitForRequest((request) => request.method() === "POST")
  await page.getByRole("button", { name: "Continue with Google" }).click()
  const id = (await (await sent).headerValue("next-action")) ?? ""
  expect(id).toMatch(/^[0-9a-f]{40,}$/)

  const own = { origin: baseURL ?? "" }
  const bodies = [
    "junk",
    "[]",
    "{}",
    "null",
    '["$F1"]',
    '["$K1"]',
    "[".repeat(20_000),
    'x\n{"level":"fatal"}\n',
    "\u0000",
  ]
  for (const path of ["/sign-in", "/nowhere"]) {
    for (const body of bodies) {
      for (const headers of [
        { ...own, "next-action": id, "content-type": "text/plain" },
        { ...own, "next-action": id, "content-type": "multipart/form-data" },
        { ...own, "next-action": "0".repeat(42) },
        { ...own, "content-type": "multipart/form-data" },
        { ...own, "content-type": "multipart/form-data; boundary=x" },
        { ...own, "content-type": "application/x-www-form-urlencoded" },
      ] as Record<string, string>[]) {
        const { status } = await send(baseURL, path, { method: "POST", headers, body })
        expect({ path, body: body.slice(0, 20), headers, isServerError: status >= 500 }).toMatchObject({
          isServerError: false,
        })
      }
    }
  }
  const large = { method: "POST", headers: { ...own, "next-action": id }, body: "x".repeat(70_000) }
  expect((await send(baseURL, "/sign-in", large)).status).toBe(413)
  const endless = { method: "POST", headers: { ...own, "transfer-encoding": "chunked" }, body: "x" }
  expect((await send(baseURL, "/sign-in", endless)).status).toBe(400)
  for (const origin of ["https://evil.test", "null", undefined]) {
    const headers: Record<string, string> = { "next-action": id, ...(origin ? { origin } : {}) }
    expect((await send(baseURL, "/sign-in", { method: "POST", headers, body: "[]" })).status).toBe(403)
  }
})

test("sign-ins and tokens that are none", async ({ baseURL }) => {
  const spa = "client_id=spa&redirect_uri=http://localhost:5173/callback&code_challenge_method=S256"
  const challenge = `code_challenge=${"a".repeat(43)}`
  for (const query of [
    "client_id=%00",
    "client_id=cli&redirect_uri=http://127.0.0.1:99999/callback",
    `${spa}&${challenge}&state=%00`,
    `${spa}&${challenge}&state=%ed%a0%80&state=x`,
    `${spa}&${challenge}&scope=%00`,
    `${spa}&code_challenge=%00`,
    "response_type=token",
    "client_id[]=x&client_id[]=y",
  ]) {
    const { status, headers } = await send(baseURL, `/api/v1/auth/google/login?${query}`)
    expect({ query, status, location: headers.location }).toMatchObject({ query, status: 400 })
  }
  for (const query of ["", "state=", "state=%00&code=x", "state=x&state=y", `state=${"x".repeat(3000)}`]) {
    const { status } = await send(baseURL, `/api/v1/auth/google/callback?${query}`)
    expect({ query, status }).toEqual({ query, status: 400 })
  }
  for (const provider of ["facebook", "__proto__", "%00", "google%2f..", "GOOGLE"])
    expect((await send(baseURL, `/api/v1/auth/${provider}/login`)).status).toBe(404)

  for (const endpoint of ["token", "refresh", "revoke"]) {
    for (const body of [
      "",
      "junk",
      "[]",
      "null",
      "{",
      '{"refresh_token":7}',
      '{"token":"\\u0000"}',
      "a=b&a=c",
    ]) {
      for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain", "x"]) {
        const headers = { "content-type": type }
        const { status, text } = await send(baseURL, `/api/v1/auth/${endpoint}`, {
          method: "POST",
          headers,
          body,
        })
        const isUnknownToken = endpoint === "revoke" && body.includes("u0000") && type === "application/json"
        expect({ endpoint, body, type, status }).toMatchObject({
          status: isUnknownToken ? 200 : type.startsWith("application") ? 400 : 415,
        })
        if (!isUnknownToken) expect(JSON.parse(text)).toMatchObject({ error: expect.any(String) })
      }
    }
  }
  const unsigned = (header: object) => `${Buffer.from(JSON.stringify(header)).toString("base64url")}.e30.AA`
  for (const token of [
    "..",
    "a.b.c",
    "e30.e30.AA",
    unsigned({ alg: "none", typ: "at+jwt", kid: "x" }),
    unsigned({ alg: "ES256", typ: "at+jwt", kid: "__proto__" }),
    unsigned({ alg: "ES256", typ: "at+jwt", kid: "\u0000", crit: ["x"] }),
    `${"a".repeat(5000)}.${"a".repeat(5000)}.AA`,
  ]) {
    const { status } = await send(baseURL, "/api/v1/me", { headers: { authorization: `Bearer ${token}` } })
    expect({ token: token.slice(0, 60), status }).toMatchObject({ status: 401 })
  }
})

test("headers that Next's client would send, made up", async ({ baseURL }) => {
  for (const tree of ["junk", "%", "[]", "null", "%7B%7D", encodeURIComponent('["",{"children":7}]')]) {
    for (const path of ["/", "/sign-in", "/dashboard"]) {
      const { status } = await send(baseURL, path, { headers: { rsc: "1", "next-router-state-tree": tree } })
      expect({ tree, path, isServerError: status >= 500 }).toMatchObject({ isServerError: false })
    }
  }
})

test("every answer, of whomever, carries the headers that keep others out", async ({ baseURL }) => {
  for (const path of [
    "/",
    "/icon.svg",
    "/nowhere",
    "//nowhere",
    "/nowhere/",
    "/api/nowhere",
    "/api/v1/me",
    "/%",
    "/healthz",
    "/api/auth/providers",
    "/.well-known/jwks.json",
    "/.well-known/nothing",
    "/api/v1/auth/token",
    "/api/v1/auth/google/login",
    "/api/v1/auth/google/callback",
  ]) {
    const { headers } = await send(baseURL, path, {
      headers: { "content-security-policy": "script-src 'nonce-EVIL'", "x-nonce": "EVIL" },
    })
    expect({ path, ...headers }).toMatchObject({
      "x-content-type-options": "nosniff",
      "strict-transport-security": expect.any(String),
      "content-security-policy": expect.not.stringContaining("EVIL"),
      "x-request-id": expect.stringMatching(/^[\w-]{36}$/),
    })
  }
})

test("an upgrade to WebSocket leads nowhere", async ({ baseURL }) => {
  const { hostname, port } = new URL(baseURL ?? "")
  const socket = connect(Number(port), hostname)
  socket.write(
    `GET http://127.0.0.1:9/ HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  )
  const [chunk] = await once(socket, "data")
  socket.destroy()
  expect(String(chunk)).toMatch(/^HTTP\/1\.1 200 /)
})

test("who tries what their role forbids leaves a row in the audit log", async ({ person, request }) => {
  const { createPerson } = await import("@/lib/testing/factories")
  const organizationId = person.caller.organization.id
  const member = await createPerson({ role: "member", organizationId })
  const headers = { cookie: member.cookie, "sec-fetch-site": "same-origin" }
  const refused = await request.post("/api/v1/api-keys", { headers, data: { name: "x" } })
  expect(refused.status()).toBe(403)
  await expect
    .poll(() => db().auditEvent.findMany({ where: { organizationId, action: "access.denied" } }))
    .toMatchObject([{ actorId: member.caller.user.id, details: { attempt: "POST /api/v1/api-keys" } }])
})

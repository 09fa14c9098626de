import { request as playwrightRequest } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"

test("pages carry a fresh nonce and the headers that keep others out", async ({ request }) => {
  const [first, second] = [await request.get("/sign-in"), await request.get("/sign-in")]
  const policy = first.headers()["content-security-policy"] ?? ""
  expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic'/)
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("object-src 'none'")
  expect(policy).toMatch(/form-action 'self' http:\/\/[^ ;]+ http:\/\/[^ ;]+;/)
  expect(policy).not.toMatch(/unsafe-/)
  expect(second.headers()["content-security-policy"]).not.toBe(policy)
  expect(first.headers()).toMatchObject({
    "strict-transport-security": expect.stringContaining("includeSubDomains"),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": expect.stringContaining("no-store"),
    "x-request-id": expect.stringMatching(/^[\w-]{36}$/),
  })
  expect(first.headers()).not.toHaveProperty("x-powered-by")
})

test("a policy that the client sends is never echoed", async ({ request }) => {
  const response = await request.get("/sign-in", {
    headers: { "content-security-policy": "script-src 'nonce-attacker'", "x-nonce": "attacker" },
  })
  expect(response.headers()["content-security-policy"]).not.toContain("attacker")
  expect(await response.text()).not.toContain("attacker")
})

test.describe("headers that once got past a router", () => {
  const tricks: Record<string, string>[] = [
    ...["proxy", "src/proxy", "middleware", "src/middleware"].map((name) => ({
      "x-middleware-subrequest": Array(5).fill(name).join(":"),
    })),
    { "x-middleware-next": "1" },
    { "x-middleware-rewrite": "/dashboard" },
    { "x-matched-path": "/dashboard" },
    { "x-invoke-path": "/dashboard" },
    { rsc: "1" },
    { rsc: "1", "next-router-prefetch": "1" },
    { rsc: "1", "next-router-segment-prefetch": "/dashboard" },
    { "next-action": "0".repeat(42) },
  ]

  for (const headers of tricks) {
    test(`show no dashboard: ${JSON.stringify(headers).slice(0, 80)}`, async ({ request, baseURL }) => {
      for (const path of ["/dashboard", "/dashboard/api-keys", "//dashboard", "/dashboard.rsc"]) {
        const response = await request.get(`${baseURL}${path}`, { headers, maxRedirects: 0 })
        expect(response.status()).toBeLessThan(500)
        expect(await response.text()).not.toMatch(/Sign out|Create API key/)
      }
    })
  }
})

test("the address in a session is the socket's, whatever the headers claim", async ({ person, request }) => {
  const { id, secret } = await createKey(person)
  const forged = "203.0.113.66"
  const headers = {
    authorization: `Bearer ${secret}`,
    "x-forwarded-for": forged,
    "x-real-ip": forged,
    forwarded: `for=${forged}`,
    "cf-connecting-ip": forged,
    "true-client-ip": forged,
    "x-client-ip": forged,
    "x-latchkey-path": "/evil",
    "x-request-id": "chosen-by-the-client",
  }
  const response = await request.get("/api/v1/me", { headers })
  expect(response.headers()["x-request-id"]).not.toBe("chosen-by-the-client")
  await expect
    .poll(async () => (await db().apiKey.findUniqueOrThrow({ where: { id } })).lastUsedIp)
    .toMatch(/^(127\.0\.0\.1|::1)$/)
})

test("a server action without a session, or from another site, changes nothing", async ({
  dashboard,
  person,
  baseURL,
}) => {
  await dashboard.goto("/dashboard/settings")
  const sent = dashboard.waitForRequest((request) => request.method() === "POST")
  const form = dashboard.locator("form").filter({ hasText: "Organization name" })
  await form.getByLabel("Organization name").fill("Renamed")
  await form.getByRole("button", { name: "Save" }).click()
  const action = await sent
  const organization = { where: { id: person.caller.organization.id } }
  await expect
    .poll(async () => (await db().organization.findUniqueOrThrow(organization)).name)
    .toBe("Renamed")

  const headers = await action.allHeaders()
  const replay = async (changes: Record<string, string | undefined>) => {
    const context = await playwrightRequest.newContext({ baseURL })
    const all: Record<string, string | undefined> = { ...headers, ...changes }
    const kept = Object.entries(all).filter(
      (entry): entry is [string, string] => !entry[0].startsWith(":") && entry[1] !== undefined,
    )
    const body = action.postDataBuffer()?.toString("latin1").replace("Renamed", "Attacked") ?? ""
    const response = await context.post("/dashboard/settings", {
      headers: Object.fromEntries(kept.filter(([name]) => name !== "content-length" && name !== "host")),
      data: Buffer.from(body, "latin1"),
    })
    return response.status()
  }
  await replay({ cookie: undefined })
  await replay({ origin: "https://evil.test" })
  await replay({ origin: "null" })
  await replay({ origin: undefined, "sec-fetch-site": undefined })
  expect((await db().organization.findUniqueOrThrow(organization)).name).toBe("Renamed")
  // The same replay with nothing changed does work, so the refusals above were no accident.
  await replay({})
  expect((await db().organization.findUniqueOrThrow(organization)).name).toBe("Attacked")
})

test("what programs read of us is public: anybody's cache may keep it, and no cookie goes with it", async ({
  dashboard,
}) => {
  for (const [name, age] of [
    ["jwks.json", 600],
    ["oauth-authorization-server", 3600],
    ["oauth-protected-resource", 3600],
  ] as const) {
    const path = `/.well-known/${name}`
    for (const response of [await dashboard.request.get(path), await dashboard.request.head(path)]) {
      expect(response.status()).toBe(200)
      expect(response.headers()).toMatchObject({
        "cache-control": `public, max-age=${age}`,
        "access-control-allow-origin": "*",
        "content-type": "application/json",
      })
      expect(response.headers()).not.toHaveProperty("set-cookie")
      expect(response.headers()).not.toHaveProperty("access-control-allow-credentials")
    }
    const refused = await dashboard.request.post(path, { data: {} })
    expect([refused.status(), refused.headers().allow]).toEqual([405, "GET, HEAD"])
  }
  const { keys } = await (await dashboard.request.get("/.well-known/jwks.json")).json()
  expect(keys.length).toBeGreaterThanOrEqual(2)
  for (const key of keys) expect(Object.keys(key).toSorted()).toEqual(publicMembers)
})

const publicMembers = ["alg", "crv", "kid", "kty", "use", "x", "y"]

test("the token endpoints answer scripts of our own clients' origins, and let no cookie decide", async ({
  request,
  person,
}) => {
  for (const endpoint of ["token", "refresh", "revoke"]) {
    for (const [origin, allowed] of [
      ["http://localhost:5173", "http://localhost:5173"],
      ["http://localhost:5174", undefined],
      ["https://evil.test", undefined],
      ["null", undefined],
    ] as const) {
      const path = `/api/v1/auth/${endpoint}`
      const preflight = { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } }
      const answers = [
        await request.fetch(path, preflight),
        await request.post(path, { headers: { origin }, form: { token: "x" } }),
      ]
      for (const answer of answers) {
        expect(answer.headers()["access-control-allow-origin"]).toBe(allowed)
        expect(answer.headers()).not.toHaveProperty("access-control-allow-credentials")
        expect(answer.headers().vary?.toLowerCase()).toContain("origin")
      }
    }
  }
  const headers = { cookie: person.cookie, origin: "https://evil.test", "sec-fetch-site": "cross-site" }
  const refused = await request.post("/api/v1/auth/introspect", { headers, form: { token: "x" } })
  expect(refused.status()).toBe(403)
})

test("reading changes nothing", async ({ dashboard, person }) => {
  const state = () =>
    Promise.all([
      db().apiKey.findMany({ where: { organizationId: person.caller.organization.id } }),
      db().session.findMany({ where: { userId: person.caller.user.id }, select: { endedAt: true } }),
      db().auditEvent.count({ where: { organizationId: person.caller.organization.id } }),
    ])
  await createKey(person)
  const before = await state()
  for (const path of [
    "/dashboard",
    "/dashboard/api-keys",
    "/sign-out",
    "/api/auth/signout",
    "/api/v1/api-keys",
    "/api/v1/me",
    "/api/v1/sessions",
    "/api/v1/sessions/revoke-others",
    ...["token", "refresh", "revoke", "introspect"].map((endpoint) => `/api/v1/auth/${endpoint}`),
    "/api/v1/auth/google/callback?code=x&state=x",
    "/.well-known/jwks.json",
  ]) {
    await dashboard.request.get(path)
    await dashboard.request.head(path)
  }
  expect(await state()).toEqual(before)
})

test("who looks for where to change a password, or whom to tell of a fault, finds it", async ({
  request,
}) => {
  const changed = await request.get("/.well-known/change-password", { maxRedirects: 0 })
  expect([changed.status(), changed.headers().location]).toEqual([303, "/dashboard/security#password"])
  // Nobody is configured here.
  expect((await request.get("/.well-known/security.txt")).status()).toBe(404)
})

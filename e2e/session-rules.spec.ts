import { generateOpaqueToken } from "@/lib/auth/opaque-token"
import { db } from "@/lib/db"
import { createKey, type Person } from "@/lib/testing/factories"
import { continueWithGoogle, expect, test } from "./fixtures"
import { send } from "./raw-http"

test("tokens of sessions are 256 random bits each, and no UUID", async ({ page }) => {
  await page.goto("/sign-in")
  await continueWithGoogle(page, `token-${Date.now()}@example.test`)
  await page.waitForURL("**/dashboard")
  const given = (await page.context().cookies()).find(({ name }) => name === "latchkey.session")?.value ?? ""
  const tokens = [given, ...Array.from({ length: 999 }, generateOpaqueToken)]
  expect(new Set(tokens.map((token) => token.slice(0, 12))).size).toBe(1000)
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
  // Each bit is set in about half of them: 500 ± 100 is more than six standard deviations.
  const bytes = tokens.map((token) => Buffer.from(token, "base64url"))
  for (let bit = 0; bit < 256; bit++) {
    const set = bytes.filter((token) => ((token[bit >> 3] ?? 0) >> (bit & 7)) & 1).length
    expect({ bit, isEven: set > 400 && set < 600 }).toEqual({ bit, isEven: true })
  }
})

test("signing out takes a POST of our own pages, and ends what the cookie opened", async ({
  baseURL,
  person,
}) => {
  const { cookie } = person
  const isOpen = async () => (await send(baseURL, "/api/v1/me", { headers: { cookie } })).status
  const signOut = (method: string, headers: Record<string, string>) =>
    send(baseURL, "/sign-out", { method, headers: { cookie, ...headers } })
  expect((await signOut("GET", {})).status).toBe(405)
  for (const headers of [
    {},
    { origin: "https://evil.test" },
    { origin: "null" },
    { "sec-fetch-site": "same-site" },
  ])
    expect((await signOut("POST", headers as Record<string, string>)).status).toBe(403)
  expect(await isOpen()).toBe(200)

  const answer = await signOut("POST", { origin: baseURL ?? "" })
  expect([answer.status, answer.headers.location]).toEqual([303, "/"])
  expect(answer.headers["clear-site-data"]).toBe('"cache"')
  expect(answer.headers["set-cookie"]).toEqual([expect.stringMatching(/^latchkey\.session=;.*Max-Age=0/i)])
  expect(await isOpen()).toBe(401)
  expect((await send(baseURL, "/dashboard", { headers: { cookie } })).headers.location).toMatch(/^\/sign-in/)
})

/** One of our own pages, asking with the person's session. */
function fromPage({ cookie }: Person, baseURL: string | undefined): Record<string, string> {
  return { cookie, origin: baseURL ?? "", "content-type": "application/json" }
}

test("a method is what the request line says, whatever a header, the query or the body claims", async ({
  baseURL,
  person,
}) => {
  const { id } = await createKey(person)
  const path = `/api/v1/api-keys/${id}`
  const headers = fromPage(person, baseURL)
  for (const method of ["DELETE", "PATCH", "delete"]) {
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
      const claimed = { ...headers, [name]: method }
      expect((await send(baseURL, path, { headers: claimed })).status).toBe(200)
      expect((await send(baseURL, path, { method: "POST", headers: claimed, body: "{}" })).status).toBe(405)
    }
    const query = `${path}?_method=${method}`
    expect((await send(baseURL, query, { headers })).status).toBeLessThan(500)
    for (const body of [`{"_method":"${method}"}`, `_method=${method}`])
      expect((await send(baseURL, query, { method: "POST", headers, body })).status).toBe(405)
  }
  const key = await db().apiKey.findUniqueOrThrow({ where: { id } })
  expect([key.revokedAt, key.name]).toEqual([null, "Test key"])
  expect((await send(baseURL, path, { method: "DELETE", headers })).status).toBe(200)
})

test("who asks for oneself is told what pages and programs need, and nothing else", async ({
  baseURL,
  person,
}) => {
  const headers = { cookie: person.cookie }
  const { id, secret } = await createKey(person)
  const asked = async (path: string, credential: Record<string, string>) =>
    JSON.parse((await send(baseURL, path, { headers: credential })).text)
  const { user, organization } = person.caller
  expect(await asked("/api/v1/me", headers)).toEqual({
    type: "user",
    user: { id: user.id, name: user.name, email: user.email, image: null },
    organization: { id: organization.id, name: organization.name },
    role: "owner",
    scopes: expect.arrayContaining(["ai:invoke", "api_keys:write"]),
    session_id: person.caller.sessionId,
  })
  expect(await asked("/api/v1/me", { "x-api-key": secret })).toEqual({
    type: "api_key",
    organization: { id: organization.id, name: organization.name },
    scopes: ["ai:invoke"],
    key_id: id,
  })
  expect(await asked("/api/auth/session", headers)).toEqual({
    user: { name: user.name, email: user.email, image: null },
    expires: expect.any(String),
  })
})

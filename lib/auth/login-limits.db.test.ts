import { randomInt } from "node:crypto"
import pg from "pg"
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { POST as refresh } from "@/app/api/v1/auth/refresh/route"
import { POST as token } from "@/app/api/v1/auth/token/route"
import { db } from "../db"
import { minutes } from "../duration"
import { env } from "../env"
import { runWithRequestContext } from "../http/request-context"
import { requireWithin } from "../rate-limit/limit"
import { policies } from "../rate-limit/policies"
import { stopClock, wait } from "../testing/clock"
import { createPerson, createProgram } from "../testing/factories"
import { generateCheckedToken } from "./checked-token"
import { clientOrigins } from "./clients"
import { loginCookie } from "./cookies"
import { login, loginCallback } from "./login-endpoints"
import { handleNextAuth } from "./next-auth"
import { hashToken } from "./opaque-token"

// Login attempts are counted by the address that our own listener saw, whatever headers say.

beforeAll(() => {
  process.env.RATE_LIMIT_LOGIN_PER_MINUTE = "5"
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const anAddress = () => `198.51.${randomInt(256)}.${randomInt(256)}`

type Call = {
  path: string
  address: string | null
  headers?: Record<string, string>
  method?: string
  body?: string
}

function call(handler: typeof login, { path, address, headers = {}, method = "GET", body }: Call) {
  const request = new Request(new URL(path, env().APP_URL), { method, headers, ...(body ? { body } : {}) })
  const params = Promise.resolve({ provider: path.includes("github") ? "github" : "google" })
  return runWithRequestContext({ requestId: "test-request", clientAddress: address }, () =>
    handler(request, { params }),
  )
}

const callback = (address: string | null, headers: Record<string, string> = {}) =>
  call(loginCallback, { path: "/api/v1/auth/google/callback?code=x&state=guess", address, headers })

const signInOfNextAuth = (address: string, provider = "google") =>
  call((request) => handleNextAuth(request), {
    path: `/api/auth/signin/${provider}`,
    address,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "csrfToken=x",
  })

async function useUp(address: string | null): Promise<void> {
  for (let count = 0; count < 5; count++) expect((await callback(address)).status).toBe(400)
}

test.each(["iframe", "image", "empty"])(
  "no page elsewhere uses up those of who looks at it: %s",
  async (destination) => {
    const address = anAddress()
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-dest": destination }
    const begin = () => call(login, { path: "/api/v1/auth/google/login", address, headers })
    const nextAuth = (path: string) => call((request) => handleNextAuth(request), { path, address, headers })
    for (let count = 0; count < 6; count++) {
      expect((await begin()).status).toBe(403)
      expect((await callback(address, headers)).status).toBe(403)
      expect((await nextAuth("/api/auth/callback/google?error=x")).status).toBe(403)
      expect((await nextAuth("/api/auth/signin")).status).toBe(403)
    }
    expect((await callback(address)).status).toBe(400)
  },
)

describe("of one address", () => {
  test("the sixth attempt in a minute is 429, says when to come back, and takes no look at the database", async () => {
    const address = anAddress()
    await useUp(address)
    const before = await db().loginFlow.count()
    const response = await call(login, { path: "/api/v1/auth/google/login", address })
    expect(response.status).toBe(429)
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0)
    expect(Number(response.headers.get("retry-after"))).toBeLessThanOrEqual(60)
    expect(response.headers.get("ratelimit-policy")).toBe('"login";q=5;w=60')
    expect(response.headers.get("ratelimit")).toMatch(/^"login";r=0;t=\d+$/)
    expect(response.headers.get("cache-control")).toContain("no-store")
    expect(await response.json()).toMatchObject({ error: "rate_limited" })
    expect(await db().loginFlow.count()).toBe(before)
  })

  test("a refused attempt asks the database nothing, nor the provider, whatever it brings", async () => {
    const address = anAddress()
    const cookie = `${loginCookie("guess").name}=guess`
    const queries = vi.spyOn(pg.Client.prototype, "query")
    const requests = vi.spyOn(globalThis, "fetch")
    await callback(address, { cookie })
    expect(queries).toHaveBeenCalled()
    for (let count = 0; count < 4; count++) await callback(address)
    queries.mockClear()
    requests.mockClear()
    expect((await call(login, { path: "/api/v1/auth/google/login", address })).status).toBe(429)
    expect((await signInOfNextAuth(address)).status).toBe(429)
    expect(queries).not.toHaveBeenCalled()
    expect(requests).not.toHaveBeenCalled()
  })

  test("attempts are let in again a minute after the first ones, as was said, and refused ones cost no time", async () => {
    stopClock()
    const address = anAddress()
    for (let count = 0; count < 3; count++) await callback(address)
    wait(20_000)
    for (let count = 0; count < 2; count++) await callback(address)
    wait(minutes(1) - 20_001)
    const refused = await callback(address)
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"])
    wait(1)
    for (let count = 0; count < 3; count++) expect((await callback(address)).status).toBe(400)
    expect((await callback(address)).headers.get("retry-after")).toBe("20")
  })

  test("all ways in share one count", async () => {
    const address = anAddress()
    for (let count = 0; count < 2; count++) await callback(address)
    for (let count = 0; count < 3; count++) expect((await signInOfNextAuth(address)).status).toBe(303)
    expect((await signInOfNextAuth(address)).status).toBe(429)
    expect((await callback(address)).status).toBe(429)
    expect((await call(login, { path: "/api/v1/auth/google/login", address })).status).toBe(429)
  })

  test("headers that claim another address change nothing", async () => {
    const address = anAddress()
    const claims = [
      "x-forwarded-for",
      "x-real-ip",
      "forwarded",
      "true-client-ip",
      "cf-connecting-ip",
      "x-client-ip",
    ]
    for (let count = 0; count < 5; count++)
      await callback(address, Object.fromEntries(claims.map((name) => [name, `203.0.113.${count}`])))
    expect((await callback(address, { "x-forwarded-for": "203.0.113.99" })).status).toBe(429)
  })

  test("a browser is shown a page, with the status", async () => {
    const address = anAddress()
    await useUp(address)
    const response = await callback(address, { accept: "text/html" })
    expect(response.status).toBe(429)
    expect(response.headers.get("content-type")).toContain("text/html")
    expect(await response.text()).toContain("/sign-in/error?code=rate_limited")
  })
})

test("another address is let in", async () => {
  await useUp(anAddress())
  expect((await callback(anAddress())).status).toBe(400)
})

test("an IPv6 network of one subscriber has one count", async () => {
  const network = `2001:db8:${randomInt(0xffff).toString(16)}:1`
  for (let count = 0; count < 5; count++) await callback(`${network}::${count}`)
  expect((await callback(`${network}:aaaa::1`)).status).toBe(429)
  expect((await callback(`${network}0::1`)).status).toBe(400)
})

test("whoever has no address that can be believed shares one count", async () => {
  await useUp(null)
  expect((await callback(null)).status).toBe(429)
})

describe("token endpoints", () => {
  const form = { "content-type": "application/json" }
  const refreshWith = (refresh_token: string, address: string, headers: Record<string, string> = {}) =>
    call(refresh, {
      path: "/api/v1/auth/refresh",
      address,
      method: "POST",
      headers: { ...form, ...headers },
      body: JSON.stringify({ refresh_token, client_id: "cli" }),
    })

  test("refuse an address after so many wrong tokens, and nobody else", async () => {
    const address = anAddress()
    const { limit } = policies.token_failure()
    for (let count = 3; count < limit; count++) await requireWithin("token_failure", address)
    for (let count = 0; count < 3; count++)
      expect((await refreshWith(generateCheckedToken("rt_"), address)).status).toBe(400)
    const queries = vi.spyOn(pg.Client.prototype, "query")
    const [origin = ""] = clientOrigins
    const refused = await refreshWith(generateCheckedToken("rt_"), address, { origin })
    expect(queries).not.toHaveBeenCalled()
    expect(refused.headers.get("access-control-expose-headers")).toMatch(/retry-after.*ratelimit-policy/)
    expect([refused.status, (await refused.json()).error]).toEqual([429, "rate_limited"])
    expect(refused.headers.get("ratelimit-policy")).toBe(`"token_failure";q=${limit};w=60`)
    const code = await call(token, {
      path: "/api/v1/auth/token",
      address,
      method: "POST",
      headers: form,
      body: JSON.stringify({ grant_type: "authorization_code" }),
    })
    expect(code.status).toBe(429)
    const { refreshToken } = await createProgram(await createPerson())
    expect((await refreshWith(refreshToken, anAddress())).status).toBe(200)
  })

  test("count nothing of what succeeds", async () => {
    const address = anAddress()
    for (let count = 1; count < policies.token_failure().limit; count++)
      await requireWithin("token_failure", address)
    let { refreshToken } = await createProgram(await createPerson())
    for (let count = 0; count < 5; count++) {
      const response = await refreshWith(refreshToken, address)
      expect([response.status, response.headers.get("ratelimit")]).toEqual([
        200,
        expect.stringMatching(/^"token_failure";r=1;t=\d+$/),
      ])
      refreshToken = (await response.json()).refresh_token
    }
  })

  test("refuse one sign-in that refreshes without end, and lose nothing of it", async () => {
    let { refreshToken } = await createProgram(await createPerson())
    let last = await refreshWith(refreshToken, anAddress())
    for (let count = 0; count < 130 && last.status === 200; count++) {
      refreshToken = (await last.json()).refresh_token
      last = await refreshWith(refreshToken, anAddress())
    }
    expect(last.status).toBe(429)
    expect(last.headers.get("ratelimit-policy")).toBe('"refresh";q=120;w=60')
    const refused = await db().refreshToken.findUnique({
      where: { hash: hashToken(refreshToken) },
      select: { usedAt: true },
    })
    expect(refused).toEqual({ usedAt: null })
  })
})

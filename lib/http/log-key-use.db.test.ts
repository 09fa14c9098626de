import { afterEach, describe, expect, test, vi } from "vitest"
import * as oneKey from "@/app/api/v1/api-keys/[id]/route"
import * as keys from "@/app/api/v1/api-keys/route"
import * as verify from "@/app/api/v1/api-keys/verify/route"
import { GET as me } from "@/app/api/v1/me/route"
import { generateApiKey } from "../api-keys/api-key-format"
import { requirePermission } from "../auth/permissions"
import { db } from "../db"
import { addDuration, seconds } from "../duration"
import { createKey, createPerson } from "../testing/factories"
import { call } from "../testing/requests"
import { flushUsageLog } from "../usage/usage-log"
import { runWithRequestContext } from "./request-context"
import { type Handler, route } from "./route"

afterEach(() => {
  vi.useRealTimers()
})

const at = <T>(clientAddress: string | null, work: () => Promise<T>, requestId = "test-request") =>
  runWithRequestContext({ requestId, clientAddress }, work)
const asKey = (secret: string, handler: Handler = me, more: Parameters<typeof call>[1] = {}) =>
  call(handler, { path: "/api/v1/me", ...more, headers: { "x-api-key": secret, ...more.headers } })

async function usesOf(apiKeyId: string) {
  await flushUsageLog()
  return db().apiKeyRequest.findMany({ where: { apiKeyId }, orderBy: { time: "asc" } })
}

describe("RateLimit headers", () => {
  test("say on each answer what is left and when one more call is, and on 429 when to come again", async () => {
    const { secret } = await createKey(await createPerson(), { rateLimitPerMinute: 2 })
    const start = new Date()
    vi.useFakeTimers({ now: start, toFake: ["Date"] })
    const said = ({ status, headers }: Awaited<ReturnType<typeof asKey>>) => [
      status,
      headers.get("ratelimit-policy"),
      headers.get("ratelimit"),
      headers.get("retry-after"),
    ]
    const policy = '"api_key";q=2;w=60'
    expect(said(await asKey(secret))).toEqual([200, policy, '"api_key";r=1;t=60', null])
    vi.setSystemTime(addDuration(start, seconds(20)))
    expect(said(await asKey(secret))).toEqual([200, policy, '"api_key";r=0;t=40', null])
    vi.setSystemTime(addDuration(start, seconds(45.5)))
    expect(said(await asKey(secret))).toEqual([429, policy, '"api_key";r=0;t=15', "15"])
    // A second before what was told it is still refused, then let in.
    vi.setSystemTime(addDuration(start, seconds(59)))
    expect((await asKey(secret)).status).toBe(429)
    vi.setSystemTime(addDuration(start, seconds(60.5)))
    expect(said(await asKey(secret))).toEqual([200, policy, '"api_key";r=0;t=20', null])
  })

  test("twenty parallel calls with a limit of one have one success and nineteen 429", async () => {
    const { id, secret } = await createKey(await createPerson(), { rateLimitPerMinute: 1 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => asKey(secret)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, ...Array(19).fill(429)])
    for (const { headers } of answers) expect(headers.get("ratelimit")).toMatch(/^"api_key";r=0;t=\d+$/)
    expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({ code: "rate_limited" })
    const uses = await usesOf(id)
    expect(uses.filter(({ outcome }) => outcome === "RATE_LIMITED")).toHaveLength(19)
  })

  test("are on answers of 403 and 404 too, and on none to a person or to nobody", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person)
    expect((await asKey(secret, keys.GET)).headers.get("ratelimit")).toMatch(/;r=599;/)
    const missing = await asKey(secret, oneKey.GET, { params: { id: "x" } })
    expect([missing.status, missing.headers.get("ratelimit")]).toEqual([
      404,
      expect.stringMatching(/;r=598;/),
    ])
    const others: Record<string, string>[] = [{ cookie: person.cookie }, {}, { "x-api-key": `${secret}x` }]
    for (const headers of others) expect((await call(me, { headers })).headers.get("ratelimit")).toBeNull()
  })
})

describe("the usage log of requests", () => {
  test("tells of each request by a key: where, what, from where, with what, how it went", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    await at(
      "203.0.113.7",
      () => asKey(secret, me, { headers: { "user-agent": "tester/1.0" } }),
      "request-0001",
    )
    expect(await usesOf(id)).toEqual([
      {
        id: expect.any(String),
        time: expect.any(Date),
        organizationId: person.caller.organization.id,
        apiKeyId: id,
        outcome: "VALID",
        status: 200,
        method: "GET",
        route: "/api/v1/me",
        latencyMs: expect.any(Number),
        ipAddress: "203.0.113.7",
        country: null,
        userAgent: "tester/1.0",
        requestId: "request-0001",
      },
    ])
  })

  test.each([
    ["REVOKED", 401, { revokedAt: new Date() }],
    ["EXPIRED", 401, { expiresAt: addDuration(new Date(), -1) }],
    ["SUSPENDED", 401, { suspendedAt: new Date() }],
    ["IP_NOT_ALLOWED", 403, { allowedCidrs: ["192.0.2.0/24"] }],
  ])("tells also of one that was refused: %s with %i", async (outcome, status, overrides) => {
    const { id, secret } = await createKey(await createPerson(), overrides)
    expect((await at("203.0.113.7", () => asKey(secret))).status).toBe(status)
    expect(await usesOf(id)).toMatchObject([{ outcome, status, route: "/api/v1/me" }])
  })

  test("tells a lacking scope from a refusal of another kind", async () => {
    const { id, secret } = await createKey(await createPerson())
    const body = { api_key: "sk_x" }
    const lacks = await asKey(secret, verify.POST, { path: "/api/v1/api-keys/verify", method: "POST", body })
    const never = await asKey(secret, keys.GET, { path: "/api/v1/api-keys" })
    expect([lacks.status, never.status]).toEqual([403, 403])
    expect(await usesOf(id)).toMatchObject([
      { outcome: "INSUFFICIENT_SCOPE", status: 403, method: "POST", route: "/api/v1/api-keys/verify" },
      { outcome: "VALID", status: 403, route: "/api/v1/api-keys" },
    ])
  })

  test("tells of a handler that failed with the status that was answered", async () => {
    const { id, secret } = await createKey(await createPerson())
    const fails = route({}, () => {
      throw new Error("a fault of ours")
    })
    expect((await asKey(secret, fails)).status).toBe(500)
    expect(await usesOf(id)).toMatchObject([{ outcome: "VALID", status: 500 }])
  })

  test("keeps which scopes a request needed, and the pattern of its path in place of what it holds", async () => {
    const { id, secret } = await createKey(await createPerson())
    const needs = route({}, ({ caller }) => {
      requirePermission(caller, "ai:invoke")
      return Response.json({})
    })
    await asKey(secret, needs, { path: "/api/v1/things/a%20secret", params: { thing: "a secret" } })
    expect(await usesOf(id)).toMatchObject([{ route: "/api/v1/things/{thing}" }])
    const scopes = await db().apiKeySighting.findMany({ where: { apiKeyId: id, kind: "scope" } })
    expect(scopes).toMatchObject([{ value: "ai:invoke", requests: 1n }])
  })

  test("tells of no key that we do not know, nor of who sent none", async () => {
    const person = await createPerson()
    const before = await db().apiKeyRequest.count()
    await asKey(generateApiKey(person.caller.organization.id))
    await asKey("sk_junk")
    await call(me, { headers: { cookie: person.cookie } })
    await flushUsageLog()
    expect(await db().apiKeyRequest.count()).toBe(before)
  })
})

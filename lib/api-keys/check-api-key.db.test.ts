import { timingSafeEqual } from "node:crypto"
import pg from "pg"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { GET as me } from "@/app/api/v1/me/route"
import { db } from "../db"
import { addDuration, minutes, seconds } from "../duration"
import { runWithRequestContext } from "../http/request-context"
import { log } from "../log"
import { codeOf } from "../testing/code-of"
import { createKey, createPerson, type Person } from "../testing/factories"
import { call } from "../testing/requests"
import { TcpProxy } from "../testing/tcp-proxy"
import { flushUsageLog } from "../usage/usage-log"
import { generateApiKey, parseApiKey } from "./api-key-format"
import { rotateApiKey } from "./api-key-rotation"
import { checkApiKey } from "./check-api-key"

vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>()
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) }
})

let proxy: TcpProxy

beforeAll(async () => {
  const direct = new URL(process.env.DATABASE_URL ?? "")
  proxy = await TcpProxy.start(direct)
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await flushUsageLog()
})
afterAll(() => proxy.close())

/** How many statements `work` sends to the database. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, "query")
  await work()
  const { length } = query.mock.calls
  query.mockRestore()
  return length
}

const from = (address: string | null, secret: string) =>
  runWithRequestContext({ requestId: "test-request", clientAddress: address }, () =>
    call(me, { headers: { "x-api-key": secret } }),
  )
const codeFrom = async (address: string | null, secret: string) =>
  (await checkApiKey(secret, { address })).code

/** Keys that are refused, each for another reason, and one that works. */
async function keysOfAllKinds(person: Person) {
  const disabled = await createPerson()
  const ofDisabled = await createKey(disabled)
  await db().organization.update({
    where: { id: disabled.caller.organization.id },
    data: { disabledAt: new Date() },
  })
  const other = await createPerson()
  const works = await createKey(person)
  return {
    works: works.secret,
    refused: [
      generateApiKey(person.caller.organization.id),
      generateApiKey("01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"),
      works.secret.replace(person.caller.organization.id, other.caller.organization.id),
      (await createKey(person, { revokedAt: new Date() })).secret,
      (await createKey(person, { expiresAt: addDuration(new Date(), -1) })).secret,
      (await createKey(person, { suspendedAt: new Date() })).secret,
      ofDisabled.secret,
    ],
  }
}

describe("what a check costs", () => {
  test("nothing for what is no key, or has one wrong character", async () => {
    const { secret } = await createKey(await createPerson())
    const wrong = `${secret.slice(0, -1)}${secret.endsWith("0") ? "1" : "0"}`
    for (const text of [wrong, "", "sk_", secret.toLowerCase(), secret.slice(0, -1)]) {
      expect(await statementsOf(() => from("192.0.2.1", text))).toBe(0)
      expect((await from("192.0.2.1", text)).status).toBe(401)
    }
  })

  test("one statement, whether it works, is refused for whatever reason, or was rotated away", async () => {
    const person = await createPerson()
    const { works, refused } = await keysOfAllKinds(person)
    const { id, secret: old } = await createKey(person)
    await rotateApiKey(person.caller, { id, overlapSeconds: 60 })
    // But for the organization's id in place of another's, which the checksum tells.
    const wellFormed = [works, old, ...refused].filter((text) => parseApiKey(text))
    expect(wellFormed).toHaveLength(8)
    for (const secret of wellFormed) expect(await statementsOf(() => from("192.0.2.1", secret))).toBe(1)
  })

  test("the stored hash decides by a comparison in constant time, of equal lengths", async () => {
    const { secret } = await createKey(await createPerson())
    vi.mocked(timingSafeEqual).mockClear()
    expect(await codeFrom(null, secret)).toBe("VALID")
    const [[stored, presented] = []] = vi.mocked(timingSafeEqual).mock.calls
    expect([stored?.byteLength, presented?.byteLength]).toEqual([32, 32])
    vi.mocked(timingSafeEqual).mockReturnValueOnce(false)
    expect(await codeFrom(null, secret)).toBe("NOT_FOUND")
  })
})

describe("a refused key", () => {
  test("is answered byte for byte like one that never was, whatever the reason", async () => {
    const { works, refused } = await keysOfAllKinds(await createPerson())
    expect((await from("192.0.2.1", works)).status).toBe(200)
    const answers = []
    for (const secret of refused) {
      const { status, headers, body } = await from("192.0.2.1", secret)
      const { request_id: _, ...said } = body
      answers.push({ status, said, headers: [...headers].filter(([name]) => name !== "x-request-id") })
    }
    expect(answers[0]?.status).toBe(401)
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  test("is never told of a limit, and uses none of it up", async () => {
    const person = await createPerson()
    const revoked = await createKey(person, { rateLimitPerMinute: 1, revokedAt: new Date() })
    for (let count = 0; count < 3; count++) {
      const { status, headers } = await from("192.0.2.1", revoked.secret)
      expect([status, headers.get("ratelimit")]).toEqual([401, null])
    }
    await db().apiKey.update({ where: { id: revoked.id }, data: { revokedAt: null } })
    expect((await from("192.0.2.1", revoked.secret)).status).toBe(200)
    expect((await from("192.0.2.1", revoked.secret)).status).toBe(429)
  })

  test("works until the instant it expires and not at it", async () => {
    const expiresAt = addDuration(new Date(), minutes(10))
    const { secret } = await createKey(await createPerson(), { expiresAt })
    vi.useFakeTimers({ now: addDuration(expiresAt, -seconds(1)), toFake: ["Date"] })
    expect(await codeFrom(null, secret)).toBe("VALID")
    for (const later of [0, seconds(1)]) {
      vi.setSystemTime(addDuration(expiresAt, later))
      expect(await codeFrom(null, secret)).toBe("EXPIRED")
    }
  })

  test("of a disabled organization works again when the organization does", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person)
    const setDisabled = (disabledAt: Date | null) =>
      db().organization.update({ where: { id: person.caller.organization.id }, data: { disabledAt } })
    await setDisabled(new Date())
    expect(await codeFrom(null, secret)).toBe("SUSPENDED")
    await setDisabled(null)
    expect(await codeFrom(null, secret)).toBe("VALID")
  })

  test("may do no more than its creator's present role", async () => {
    const person = await createPerson({ role: "admin" })
    const { secret } = await createKey(person, { scopes: ["ai:invoke", "keys:verify", "members:write"] })
    expect(await checkApiKey(secret, { address: null })).toMatchObject({
      key: { scopes: ["ai:invoke", "keys:verify"] },
    })
    const { id: userId } = person.caller.user
    const organizationId = person.caller.organization.id
    await db().membership.update({
      where: { organizationId_userId: { organizationId, userId } },
      data: { role: "member" },
    })
    expect(await checkApiKey(secret, { address: null, scopes: ["keys:verify"] })).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      key: { scopes: ["ai:invoke"] },
    })
  })
})

describe("a list of addresses", () => {
  test.each<[string[], string | null, boolean]>([
    [[], null, true],
    [["192.0.2.0/24"], "192.0.2.255", true],
    [["192.0.2.0/24"], "192.0.3.0", false],
    [["192.0.2.7/32"], "::ffff:192.0.2.7", true],
    [["2001:db8::/32"], "2001:db8:ffff::1", true],
    [["2001:db8::/32"], "2001:db9::1", false],
    [["2001:db8::/32"], "32.1.13.184", false],
    [["0.0.0.0/0"], "2001:db8::1", false],
    [["::/0"], "192.0.2.1", false],
    [["198.51.100.0/24", "2001:db8::/32"], "2001:db8::1", true],
    [["0.0.0.0/0", "::/0"], null, false],
  ])("%j lets in %s: %s", async (allowedCidrs, address, isAllowed) => {
    const { secret } = await createKey(await createPerson(), { allowedCidrs })
    expect(await codeFrom(address, secret)).toBe(isAllowed ? "VALID" : "IP_NOT_ALLOWED")
  })

  test("answers 403 to who holds a working key, by name of the address, and no header moves it", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person, { allowedCidrs: ["192.0.2.0/24"], rateLimitPerMinute: 1 })
    const headers = { "x-api-key": secret, "x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1" }
    const refused = await runWithRequestContext(
      { requestId: "test-request", clientAddress: "198.51.100.9" },
      () => call(me, { headers }),
    )
    expect(refused).toMatchObject({ status: 403, body: { code: "address_not_allowed" } })
    expect(refused.body.detail).toContain("198.51.100.9")
    expect((await from(null, secret)).body.code).toBe("address_not_allowed")
    // Neither took from the limit.
    expect((await from("192.0.2.1", secret)).status).toBe(200)
  })

  test("tells nothing to who holds a key that is revoked", async () => {
    const { secret } = await createKey(await createPerson(), {
      allowedCidrs: ["192.0.2.0/24"],
      revokedAt: new Date(),
    })
    expect((await from("198.51.100.9", secret)).status).toBe(401)
  })
})

describe("a key where none is looked for", () => {
  test("in the query, in JSON or in a cookie is no credential, and is not logged", async () => {
    const { secret } = await createKey(await createPerson())
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true)
    log.level = "debug"
    const requests: Parameters<typeof call>[1][] = [
      { path: `/api/v1/me?api_key=${secret}&key=${secret}&access_token=${secret}` },
      { method: "POST", body: { api_key: secret } },
      {
        headers: { cookie: `api_key=${secret}; latchkey.session=${secret}; authjs.session-token=${secret}` },
      },
      { headers: { "api-key": secret, authorization: `Basic ${btoa(`${secret}:`)}` } },
    ]
    const answers = await Promise.all(requests.map((request) => call(me, request)))
    log.error({ err: new Error(`a fault that names ${secret}`) }, "so that something is written")
    log.level = "silent"
    const written = write.mock.calls.join()
    write.mockRestore()
    expect(written).toContain("so that something is written")
    expect(written).not.toContain(secret.slice(-43))
    for (const { status, body } of answers) {
      expect([status, JSON.stringify(body).includes(secret)]).toEqual([401, false])
    }
  })
})

describe("while the database is away", () => {
  test("a key is neither let in nor called wrong: 503 with a time to come back", async () => {
    const { secret } = await createKey(await createPerson())
    expect((await from("192.0.2.1", secret)).status).toBe(200)
    proxy.setMode("refuse")
    const away = await from("192.0.2.1", secret)
    expect([away.status, away.body.code, away.headers.get("retry-after")]).toEqual([503, "unavailable", "5"])
    expect(await codeOf(checkApiKey(secret, { address: null }))).toBe("unavailable")
    expect((await from("192.0.2.1", `${secret}x`)).status).toBe(401)
    proxy.setMode("pass")
    await vi.waitFor(async () => expect((await from("192.0.2.1", secret)).status).toBe(200), 10_000)
  })
})

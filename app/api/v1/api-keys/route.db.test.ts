import { describe, expect, test } from "vitest"
import { db } from "@/lib/db"
import { addDuration, days } from "@/lib/duration"
import { createKey, createPerson } from "@/lib/testing/factories"
import { call, fromOurPages } from "@/lib/testing/requests"
import * as me from "../me/route"
import * as revoke from "./[id]/revoke/route"
import * as oneKey from "./[id]/route"
import * as keys from "./route"

const create = (headers: Record<string, string>, body: unknown) =>
  call(keys.POST, { method: "POST", headers, body })

describe("201", () => {
  test("creates a key over the session cookie and shows the secret in this answer alone", async () => {
    const { cookie, caller } = await createPerson()
    const expiresAt = addDuration(new Date(), days(30)).toISOString()
    const { status, body, headers } = await create(fromOurPages(cookie), {
      name: "CI",
      expires_at: expiresAt,
    })
    expect(status).toBe(201)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({
      api_key: expect.stringMatching(/^sk_[0-9A-Z]{26}_[0-9A-Za-z]{49}$/),
      warning: expect.any(String),
      key: {
        id: expect.any(String),
        name: "CI",
        prefix: `sk_${caller.organization.id}_`,
        last_four: body.api_key.slice(-4),
        scopes: ["ai:invoke"],
        status: "active",
        created_at: expect.any(String),
        created_by: { id: caller.user.id, name: caller.user.name },
        expires_at: expiresAt,
        last_used_at: null,
        last_used_ip: null,
        revoked_at: null,
        revoked_reason: null,
        rate_limit_per_minute: null,
        allowed_cidrs: [],
        suspended_at: null,
        suspended_reason: null,
        leaked: false,
        restorable_until: null,
        previous_secrets: [],
        open_findings: 0,
      },
    })
    const list = await call(keys.GET, { headers: { cookie } })
    expect(list.body).toEqual({ data: [body.key], has_more: false, next_cursor: null })
    expect(JSON.stringify(list.body)).not.toContain(body.api_key)
  })
})

describe("200", () => {
  test("GET /me answers for a key by either header, and ignores a cookie beside it", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { id, secret } = await createKey(ada)
    const answer = {
      type: "api_key",
      organization: ada.caller.organization,
      scopes: ["ai:invoke"],
      key_id: id,
    }
    for (const headers of [
      { authorization: `Bearer ${secret}` },
      { authorization: `bearer ${secret}` },
      { "x-api-key": secret },
      { "x-api-key": secret, cookie: grace.cookie },
    ] as Record<string, string>[]) {
      expect(await call(me.GET, { headers })).toMatchObject({ status: 200, body: answer })
    }
  })

  test("GET /me answers for a session, with no more of the person than needed", async () => {
    const { cookie, caller } = await createPerson()
    const { status, body, headers } = await call(me.GET, { headers: { cookie } })
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("private, no-store")
    expect(body).toEqual({
      type: "user",
      user: caller.user,
      organization: caller.organization,
      role: "owner",
      scopes: expect.arrayContaining(["api_keys:write"]),
      session_id: caller.sessionId,
    })
  })

  test("revoke takes a reason, no body at all, and DELETE", async () => {
    const person = await createPerson()
    const [first, second, third] = [await createKey(person), await createKey(person), await createKey(person)]
    const headers = fromOurPages(person.cookie)
    const withReason = { method: "POST", headers, params: { id: first.id }, body: { reason: "Old" } }
    expect(await call(revoke.POST, withReason)).toMatchObject({
      status: 200,
      body: { status: "revoked", revoked_reason: "Old" },
    })
    expect(
      (await call(revoke.POST, { method: "POST", headers, params: { id: second.id } })).body.status,
    ).toBe("revoked")
    expect(
      (await call(oneKey.DELETE, { method: "DELETE", headers, params: { id: third.id } })).body.status,
    ).toBe("revoked")
  })
})

describe("400", () => {
  test.each([
    [{}, "name"],
    [{ name: "" }, "name"],
    [{ name: 7 }, "name"],
    [{ name: "a".repeat(81) }, "name"],
    [{ name: "a\u0000b" }, "name"],
    [{ name: "a\u202eb" }, "name"],
    [{ name: "\ud800" }, "name"],
    [{ name: "x", scopes: "ai:invoke" }, "scopes"],
    [{ name: "x", scopes: ["everything"] }, "scopes.0"],
    [{ name: "x", scopes: ["api_keys:write"] }, "scopes.0"],
    [{ name: "x", expires_at: "tomorrow" }, "expires_at"],
    [{ name: "x", expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ name: "x", expires_at: "9999-01-01T00:00:00Z" }, "expires_at"],
    [{ name: "x", expiresAt: "2030-01-01T00:00:00Z" }, "expiresAt"],
    [{ name: "x", organization_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }, "organization_id"],
    [{ name: "x", hash: "00", created_by: "me", revoked_at: null }, "hash"],
    [{ name: "x", rateLimit: 5 }, "rateLimit"],
    [{ name: "x", remaining: 5 }, "remaining"],
    [{ name: "x", id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", userId: "x", last_used_at: null }, "userId"],
    [{ name: "x", leaked: true, suspended_at: null }, "leaked"],
    [{ name: "x", rate_limit_per_minute: 0 }, "rate_limit_per_minute"],
    [{ name: "x", rate_limit_per_minute: 1e6 }, "rate_limit_per_minute"],
    [{ name: "x", allowed_cidrs: ["10.0.0.1/8"] }, "allowed_cidrs.0"],
    [{ name: "x", allowed_cidrs: Array(51).fill("192.0.2.1") }, "allowed_cidrs"],
    [JSON.parse('{"name":"x","__proto__":{"admin":true}}'), "__proto__"],
    [[], ""],
    [null, ""],
    ["name", ""],
  ])("names the field that is wrong: %j", async (body, path) => {
    const { cookie, caller } = await createPerson()
    const answer = await create(fromOurPages(cookie), body)
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input", status: 400 } })
    expect(answer.headers.get("content-type")).toBe("application/problem+json")
    expect(answer.body.errors.map((fault: { path: string }) => fault.path)).toContain(path)
    expect(await db().apiKey.count({ where: { organizationId: caller.organization.id } })).toBe(0)
  })

  test.each([
    "limit=0",
    "limit=101",
    "limit=1e9",
    "limit=NaN",
    "limit=2.5",
    "limit=-1",
    "limit=9007199254740992",
    "page=-1",
    "limit=",
    "status=deleted",
    "sort=hash",
    "q=",
    `q=${"x".repeat(101)}`,
    "cursor=x",
    "page=1",
    "limit=1&limit=2",
    "orderBy=hash",
  ])("refuses the list's ?%s", async (query) => {
    const { cookie } = await createPerson()
    const { status, body } = await call(keys.GET, { path: `/api/v1/api-keys?${query}`, headers: { cookie } })
    expect([status, body.code]).toEqual([400, "invalid_input"])
  })

  test("refuses two credentials, even equal ones", async () => {
    const { secret } = await createKey(await createPerson())
    const { status, body } = await call(me.GET, {
      headers: { authorization: `Bearer ${secret}`, "x-api-key": secret },
    })
    expect([status, body.code]).toEqual([400, "ambiguous_credentials"])
  })
})

const challenge =
  'Bearer realm="latchkey", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource"'

describe("401", () => {
  test("without a credential: a challenge that names no error", async () => {
    const { status, headers, body } = await call(me.GET)
    expect(status).toBe(401)
    expect(headers.get("www-authenticate")).toBe(challenge)
    expect(headers.get("x-request-id")).toBe(body.request_id)
    expect(body.type).toBe("http://localhost:3000/docs/errors#unauthenticated")
  })

  test("for an unknown, a revoked, an expired and a mistyped key is one and the same answer", async () => {
    const person = await createPerson()
    const revoked = await createKey(person, { revokedAt: new Date() })
    const expired = await createKey(person, { expiresAt: addDuration(new Date(), -1) })
    const { secret } = await createKey(person)
    const answers = []
    for (const key of [revoked.secret, expired.secret, `${secret.slice(0, -1)}~`, "sk_unknown_key"]) {
      const { status, headers, body } = await call(me.GET, { headers: { authorization: `Bearer ${key}` } })
      const { request_id: _, ...rest } = body
      answers.push({ status, challenge: headers.get("www-authenticate"), rest })
    }
    expect(answers[0]).toMatchObject({
      status: 401,
      challenge: `${challenge}, error="invalid_token"`,
    })
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  test.each([
    "Bearer",
    "Bearer ",
    "bearer",
    "Bearer %",
    "Bearer %ZZ",
    "Bearer null",
    "Bearer undefined",
    "Basic YTpi",
    "Digest x",
    "sk_abc",
    "Bearer sk_",
    "Bearer sk__",
    "Bearer a b",
    "Bearer a,b",
    "Bearer\tx",
    "Bearer [object Object]",
    "Bearer clé",
    'Bearer "x"',
    "Bearer eyJhbGciOiJub25lIn0.e30.",
    `Bearer ${"x".repeat(9000)}`,
    "Bearer ' OR 1=1 --",
    "Bearer ../../etc/passwd",
  ])("for garbage without asking the database: %j", async (authorization) => {
    const { status, headers } = await call(me.GET, { headers: { authorization } })
    expect(status).toBe(401)
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"')
  })

  test("for a cookie that is no session", async () => {
    for (const value of ["x", "a".repeat(43), ""]) {
      expect((await call(me.GET, { headers: { cookie: `latchkey.session=${value}` } })).status).toBe(401)
    }
  })

  test("for a key where a session belongs, and in the query", async () => {
    const { secret } = await createKey(await createPerson())
    expect((await call(me.GET, { headers: { cookie: `latchkey.session=${secret}` } })).status).toBe(401)
    expect((await call(me.GET, { path: `/api/v1/me?api_key=${secret}&access_token=${secret}` })).status).toBe(
      401,
    )
  })

  test("before the body is looked at, so that nobody without a credential learns about fields", async () => {
    expect((await create({}, { userId: "somebody", name: 7 })).status).toBe(401)
  })
})

describe("403", () => {
  test("for an unsafe call with the cookie from anywhere but our own pages", async () => {
    const { cookie } = await createPerson()
    const origins: Record<string, string>[] = [
      {},
      { origin: "https://evil.test" },
      { origin: "null" },
      { origin: "http://localhost:3000.evil.test" },
      { origin: "http://localhost:3001" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-origin", origin: "https://evil.test" },
    ]
    for (const origin of origins) {
      const { status, body } = await create({ cookie, ...origin }, { name: "x" })
      expect([status, body.code]).toEqual([403, "origin_not_allowed"])
    }
    expect((await create({ cookie, "sec-fetch-site": "same-origin" }, { name: "x" })).status).toBe(201)
  })

  test("for a member who creates or revokes, but not who looks", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id } = await createKey(owner)
    const headers = fromOurPages(member.cookie)
    expect((await create(headers, { name: "x" })).body.code).toBe("forbidden")
    expect((await call(revoke.POST, { method: "POST", headers, params: { id } })).status).toBe(403)
    expect((await call(keys.GET, { headers })).body.data).toHaveLength(1)
  })

  test("for a key that manages keys", async () => {
    const { id, secret } = await createKey(await createPerson(), {
      scopes: ["ai:invoke", "api_keys:write", "api_keys:read"],
    })
    const headers = { authorization: `Bearer ${secret}` }
    for (const { status, body } of [
      await create(headers, { name: "x" }),
      await call(keys.GET, { headers }),
      await call(revoke.POST, { method: "POST", headers, params: { id } }),
    ]) {
      expect([status, body.code]).toEqual([403, "forbidden"])
    }
  })
})

describe("404", () => {
  test("for a foreign key, an unknown one and no id at all is the same, byte for byte but the request id", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { id } = await createKey(grace)
    const headers = fromOurPages(ada.cookie)
    const bodies = new Set<string>()
    for (const unknown of [id, "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", "x", "a\u0000b", "../me", "__proto__"]) {
      for (const answer of [
        await call(oneKey.GET, { headers, params: { id: unknown } }),
        await call(oneKey.DELETE, { method: "DELETE", headers, params: { id: unknown } }),
        await call(revoke.POST, { method: "POST", headers, params: { id: unknown } }),
      ]) {
        expect(answer.status).toBe(404)
        const { request_id: _, ...rest } = answer.body
        bodies.add(JSON.stringify(rest))
      }
    }
    expect(bodies.size).toBe(1)
  })
})

describe("405", () => {
  test("lists the methods there are", async () => {
    const { status, headers, body } = await call(keys.PUT, { method: "PUT" })
    expect([status, headers.get("allow"), body.code]).toEqual([405, "GET, HEAD, POST", "method_not_allowed"])
  })
})

describe("413 and 415", () => {
  test("refuse what is too large, not JSON or compressed", async () => {
    const { cookie } = await createPerson()
    const headers = fromOurPages(cookie)
    expect((await create(headers, { name: "a".repeat(70_000) })).status).toBe(413)
    expect((await create({ ...headers, "content-type": "text/plain" }, { name: "x" })).status).toBe(415)
    expect((await create({ ...headers, "content-encoding": "gzip" }, { name: "x" })).status).toBe(415)
  })
})

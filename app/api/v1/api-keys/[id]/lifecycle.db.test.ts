import { describe, expect, test, vi } from "vitest"
import type { Handler } from "@/lib/http/route"
import { processWideValues } from "@/lib/process-wide"
import { createKey, createPerson, createProgram, type Person } from "@/lib/testing/factories"
import { call, fromOurPages } from "@/lib/testing/requests"
import { TcpProxy } from "@/lib/testing/tcp-proxy"
import { GET as me } from "../../me/route"
import * as endOverlap from "./end-overlap/route"
import * as restore from "./restore/route"
import * as resume from "./resume/route"
import * as revoke from "./revoke/route"
import * as rotate from "./rotate/route"
import * as oneKey from "./route"
import * as suspend from "./suspend/route"
import * as usage from "./usage/route"

type Request = { method: string; handler: Handler; body?: unknown }

const writes: Record<string, Request> = {
  update: { method: "PATCH", handler: oneKey.PATCH, body: { name: "Renamed" } },
  delete: { method: "DELETE", handler: oneKey.DELETE },
  revoke: { method: "POST", handler: revoke.POST, body: {} },
  rotate: { method: "POST", handler: rotate.POST, body: {} },
  "end-overlap": { method: "POST", handler: endOverlap.POST },
  suspend: { method: "POST", handler: suspend.POST, body: {} },
  resume: { method: "POST", handler: resume.POST },
  restore: { method: "POST", handler: restore.POST },
}
const reads: Record<string, Request> = {
  get: { method: "GET", handler: oneKey.GET },
  usage: { method: "GET", handler: usage.GET },
}

function send({ method, handler, body }: Request, id: string, headers: Record<string, string>) {
  return call(handler, { method, path: `/api/v1/api-keys/${id}/x`, headers, params: { id }, body })
}

const byCookie = ({ cookie }: Person) => fromOurPages(cookie)

test("a key lives through the API: changed, rotated, its overlap ended, suspended, resumed, revoked, restored", async () => {
  const person = await createPerson()
  const { id, secret } = await createKey(person)
  const headers = byCookie(person)
  const asKey = async (key: string) => (await call(me, { headers: { "x-api-key": key } })).status
  const act = async (name: string) => {
    const request = writes[name]
    if (!request) throw new Error(name)
    return send(request, id, headers)
  }
  expect((await act("update")).body).toMatchObject({ name: "Renamed" })
  const rotated = await act("rotate")
  expect([rotated.status, rotated.headers.get("cache-control")]).toEqual([201, "no-store"])
  const { api_key } = rotated.body
  expect([await asKey(secret), await asKey(api_key)]).toEqual([200, 200])
  expect((await act("end-overlap")).body.previous_secrets).toEqual([])
  expect([await asKey(secret), await asKey(api_key)]).toEqual([401, 200])
  expect((await act("suspend")).body.status).toBe("suspended")
  expect(await asKey(api_key)).toBe(401)
  expect((await act("resume")).body.status).toBe("active")
  expect((await act("revoke")).body).toMatchObject({
    status: "revoked",
    restorable_until: expect.stringMatching(/Z$/),
  })
  expect(await asKey(api_key)).toBe(401)
  expect((await act("update")).status).toBe(409)
  expect((await act("restore")).body).toMatchObject({ status: "active", name: "Renamed" })
  expect(await asKey(api_key)).toBe(200)
  expect((await act("resume")).headers.get("cache-control")).toBe("private, no-store")
})

test("a key is revoked by DELETE too, with a reason or nothing at all", async () => {
  const person = await createPerson()
  const [first, second] = [await createKey(person), await createKey(person)]
  const remove = { method: "DELETE", handler: oneKey.DELETE }
  const given = await send({ ...remove, body: { reason: "Laptop lost" } }, first.id, byCookie(person))
  expect(given.body).toMatchObject({ status: "revoked", revoked_reason: "Laptop lost" })
  const headers = { ...byCookie(person), "content-type": "application/json" }
  const bare = await send(remove, second.id, headers)
  expect(bare.body).toMatchObject({ status: "revoked", revoked_reason: null })
})

describe.each(Object.entries(writes))("%s", (_, request) => {
  test("is refused without a credential, to a member, a narrow program, a key and other sites, and changes nothing", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { bearer } = await createProgram(owner, { scope: ["api_keys:read", "ai:invoke"] })
    const { id, secret } = await createKey(owner, { scopes: ["ai:invoke", "api_keys:write"] })
    const read = async () => {
      // The key's own call is a use of it.
      const { last_used_at: _, ...rest } = (await send(reads.get as Request, id, byCookie(owner))).body
      return rest
    }
    const before = await read()
    const refusals: [Record<string, string>, number][] = [
      [{}, 401],
      [byCookie(member), 403],
      [bearer, 403],
      [{ "x-api-key": secret }, 403],
      [{ cookie: owner.cookie, origin: "https://evil.test" }, 403],
    ]
    for (const [headers, status] of refusals) expect((await send(request, id, headers)).status).toBe(status)
    expect(await read()).toEqual(before)
  })

  test("of another organization is the same 404 as of none, byte for byte but the request id", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { id } = await createKey(grace)
    const bodies = new Set<string>()
    for (const one of [id, "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", "x", "a\u0000b", "__proto__", "%00"]) {
      const { status, body } = await send(request, one, byCookie(ada))
      expect(status).toBe(404)
      const { request_id: _, ...rest } = body
      bodies.add(JSON.stringify(rest))
    }
    expect(bodies.size).toBe(1)
  })
})

describe.each(Object.entries(writes).filter(([, { body }]) => body))("%s", (_, request) => {
  test("names a field that it does not know", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    for (const field of ["id", "revoked_at", "hash", "organization_id", "created_by", "suspended_at"]) {
      const answer = await send({ ...request, body: { [field]: null } }, id, byCookie(person))
      expect(answer.status).toBe(400)
      expect(answer.body.errors).toMatchObject([{ path: field }])
    }
  })
})

describe.each(Object.entries(reads))("%s", (_, request) => {
  test("is for members, not for keys or other organizations", async () => {
    const [owner, stranger] = [await createPerson(), await createPerson()]
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id, secret } = await createKey(owner)
    expect((await send(request, id, byCookie(member))).status).toBe(200)
    expect((await send(request, id, { "x-api-key": secret })).status).toBe(403)
    expect((await send(request, id, byCookie(stranger))).status).toBe(404)
  })
})

test.each([
  "resolution=second",
  "since=yesterday",
  "since=2031-01-01",
  "until=",
  "page=1",
  "since=2031-01-01T00:00:00Z",
])("usage refuses ?%s", async (query) => {
  const person = await createPerson()
  const { id } = await createKey(person)
  const path = `/api/v1/api-keys/${id}/usage?${query}`
  const { status, body } = await call(usage.GET, { path, params: { id }, headers: byCookie(person) })
  expect([status, body.code]).toEqual([400, "invalid_input"])
})

test("while the database is away nothing is done and 503 says when to come again", async () => {
  const person = await createPerson()
  const { id } = await createKey(person)
  const direct = new URL(process.env.DATABASE_URL ?? "")
  const proxy = await TcpProxy.start(direct)
  const client = processWideValues.get("database")
  vi.resetModules()
  processWideValues.delete("database")
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
  proxy.setMode("refuse")
  const { log } = await import("@/lib/log")
  log.level = "silent"
  const fresh = await import("./revoke/route")
  const answer = await send({ method: "POST", handler: fresh.POST, body: {} }, id, byCookie(person))
  expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([
    503,
    "unavailable",
    "5",
  ])
  processWideValues.set("database", client)
  await proxy.close()
  expect((await send(reads.get as Request, id, byCookie(person))).body.status).toBe("active")
})

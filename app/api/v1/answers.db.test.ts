import { describe, expect, test } from "vitest"
import * as unknownPath from "@/app/api/[...path]/route"
import { startDraining } from "@/lib/lifecycle"
import { apiOperations } from "@/lib/testing/api-operations"
import {
  departures,
  departuresFromCommon,
  documentedOperation,
  documentedOperations,
  exampleBody,
} from "@/lib/testing/documented"
import { createKey, createPerson, type Person } from "@/lib/testing/factories"
import { call, fromOurPages } from "@/lib/testing/requests"

// The document against the handlers: what they really answer must be what it says, field by field.

type Call = Omit<NonNullable<Parameters<typeof call>[1]>, "method">

const operations = await apiOperations()

/** Calls an operation and fails when the answer is not as documented. */
async function answer(method: string, path: string, request: Call = {}) {
  const operation = operations.find((known) => known.method === method && known.path === path)
  if (!operation) throw new Error(`There is no ${method} ${path}.`)
  const received = await call(operation.handler, { path, ...request, method })
  expect(departures(operation, received)).toEqual([])
  return received
}

const keys = "/api/v1/api-keys"
const oneKey = "/api/v1/api-keys/{id}"
const revoke = "/api/v1/api-keys/{id}/revoke"

async function owner() {
  const person = await createPerson()
  return { person, headers: fromOurPages(person.cookie) }
}

describe("success is as documented", () => {
  test("for who is calling: a person and a key", async () => {
    const { person, headers } = await owner()
    const { secret } = await createKey(person)
    expect((await answer("GET", "/api/v1/me", { headers })).body.type).toBe("user")
    expect((await answer("GET", "/api/v1/me", { headers: { "x-api-key": secret } })).body.type).toBe(
      "api_key",
    )
  })

  test("for a key in every state, alone and in a page", async () => {
    const { person, headers } = await owner()
    await createKey(person, { expiresAt: new Date(0) })
    const { id } = await createKey(person)
    await answer("POST", keys, { headers, body: { name: "CI", expires_at: "2099-01-01T00:00:00+02:00" } })
    await answer("POST", keys, { headers, body: { name: "CI", scopes: [] } })
    await answer("POST", revoke, { headers, params: { id }, body: { reason: "Old" } })
    await answer("GET", oneKey, { headers, params: { id } })
    const page = await answer("GET", keys, { headers, path: `${keys}?limit=3` })
    expect(page.body).toMatchObject({ has_more: true, next_cursor: expect.any(String) })
    const rest = await answer("GET", keys, { headers, path: `${keys}?cursor=${page.body.next_cursor}` })
    expect(rest.body.data).toMatchObject([{ status: "expired" }])
  })

  test("for revoking, with and without a body, and again", async () => {
    const { person, headers } = await owner()
    for (const [method, path] of [
      ["DELETE", oneKey],
      ["POST", revoke],
    ] as const) {
      const { id } = await createKey(person)
      await answer(method, path, { headers, params: { id } })
      expect((await answer(method, path, { headers, params: { id } })).body.status).toBe("revoked")
    }
  })

  test("for the documented examples of bodies", async () => {
    for (const { method, path } of documentedOperations()) {
      const body = exampleBody({ method, path })
      if (!body) continue
      const { person, headers } = await owner()
      const { id } = await createKey(person)
      expect((await answer(method, path, { headers, params: { id }, body })).status).toBeLessThan(300)
    }
  })

  test("for health, readiness and the document itself", async () => {
    for (const path of ["/healthz", "/readyz", "/api/v1/openapi.json"]) {
      expect((await answer("GET", path)).status).toBe(200)
    }
  })
})

describe("the documented credentials", () => {
  test.each(documentedOperations())(
    "for $method $path open it, and no others do",
    async ({ method, path }) => {
      const { person, headers } = await owner()
      const { secret } = await createKey(person)
      const { id } = await createKey(person)
      const credentials: Record<string, Record<string, string>> = {
        bearerApiKey: { authorization: `Bearer ${secret}` },
        headerApiKey: { "x-api-key": secret },
        sessionCookie: headers,
      }
      const security = documentedOperation({ method, path })?.security ?? []
      const accepted = security.flatMap((requirement) => Object.keys(requirement))
      const body = exampleBody({ method, path })
      for (const [name, credential] of Object.entries(credentials)) {
        const { status } = await answer(method, path, { headers: credential, params: { id }, body })
        const open = accepted.length === 0 || accepted.includes(name)
        expect([name, status < 300]).toEqual([name, open])
      }
      const { status } = await answer(method, path, { params: { id }, body })
      expect(status < 300).toBe(accepted.length === 0)
    },
  )
})

describe("failure is as documented", () => {
  const guarded = operations.filter((operation) => documentedOperation(operation)?.security?.length)

  test.each(guarded)(
    "for $method $path without, with a wrong and with two credentials",
    async (operation) => {
      const { method, path } = operation
      expect((await answer(method, path)).status).toBe(401)
      expect((await answer(method, path, { headers: { authorization: "Bearer x" } })).status).toBe(401)
      expect((await answer(method, path, { headers: { authorization: "x", "x-api-key": "x" } })).status).toBe(
        400,
      )
    },
  )

  test("for what a member, another site and a key may not do", async () => {
    const { person } = await owner()
    const organizationId = person.caller.organization.id
    const member: Person = await createPerson({ role: "member", organizationId })
    const { id, secret } = await createKey(person)
    for (const headers of [
      fromOurPages(member.cookie),
      { cookie: person.cookie, origin: "https://elsewhere.test" },
      { "x-api-key": secret },
    ] as Record<string, string>[]) {
      for (const [method, path] of [
        ["POST", keys],
        ["POST", revoke],
        ["DELETE", oneKey],
      ] as const) {
        const body = exampleBody({ method, path })
        expect((await answer(method, path, { headers, params: { id }, body })).status).toBe(403)
      }
    }
  })

  test("for what is not there and what nobody can do", async () => {
    const { headers } = await owner()
    for (const [method, path] of [
      ["GET", oneKey],
      ["DELETE", oneKey],
      ["POST", revoke],
    ] as const) {
      expect((await answer(method, path, { headers, params: { id: "x" } })).status).toBe(404)
    }
    expect(departuresFromCommon("NotFound", await call(unknownPath.GET))).toEqual([])
  })

  test("for a method that a path does not have", async () => {
    const me = await import("./me/route")
    const refused = await call(me.DELETE, { method: "DELETE" })
    expect(refused.status).toBe(405)
    expect(departuresFromCommon("MethodNotAllowed", refused)).toEqual([])
  })

  test("for bodies and queries that cannot be taken", async () => {
    const { person, headers } = await owner()
    const { id } = await createKey(person)
    expect((await answer("GET", keys, { headers, path: `${keys}?limit=0` })).status).toBe(400)
    for (const path of [keys, revoke]) {
      const refused = async (body: unknown, more = {}) =>
        (await answer("POST", path, { headers: { ...headers, ...more }, params: { id }, body })).status
      expect(await refused({ name: 7, reason: 7 })).toBe(400)
      expect(await refused({ name: "a".repeat(70_000) })).toBe(413)
      expect(await refused({}, { "content-type": "text/plain" })).toBe(415)
    }
  })

  test("for a process that is about to stop", async () => {
    startDraining()
    expect((await answer("GET", "/readyz")).status).toBe(503)
  })
})

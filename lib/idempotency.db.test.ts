import { afterEach, describe, expect, test, vi } from "vitest"
import * as rotate from "@/app/api/v1/api-keys/[id]/rotate/route"
import * as keys from "@/app/api/v1/api-keys/route"
import { createApiKey } from "./api-keys/api-keys"
import { checkApiKey } from "./api-keys/check-api-key"
import { db } from "./db"
import { addDuration, seconds } from "./duration"
import { IDEMPOTENCY_KEPT } from "./idempotency"
import { codeOf } from "./testing/code-of"
import {
  auditActionsOn,
  createKey,
  createPerson,
  createProgram,
  mailSubjectsTo,
  type Person,
} from "./testing/factories"
import { call, fromOurPages } from "./testing/requests"

afterEach(() => {
  vi.useRealTimers()
})

function create(
  person: Person,
  key: string,
  body: unknown = { name: "Once" },
  credential?: Record<string, string>,
) {
  const headers = { ...(credential ?? fromOurPages(person.cookie)), "idempotency-key": key }
  return call(keys.POST, { method: "POST", path: "/api/v1/api-keys", headers, body })
}

function rotateKey(person: Person, id: string, key: string, body?: unknown) {
  const headers = { ...fromOurPages(person.cookie), "idempotency-key": key }
  return call(rotate.POST, {
    method: "POST",
    path: `/api/v1/api-keys/${id}/rotate`,
    params: { id },
    headers,
    body,
  })
}

const keysOf = ({ caller }: Person) =>
  db().apiKey.count({ where: { organizationId: caller.organization.id } })

describe("a create that is sent twice", () => {
  test("makes one key and tells its secret once", async () => {
    const person = await createPerson()
    const first = await create(person, "a")
    expect([first.status, first.headers.get("idempotent-replayed")]).toEqual([201, null])
    const again = await create(person, "a")
    expect(again).toMatchObject({ status: 201, body: { api_key: null, key: first.body.key } })
    expect(again.headers.get("idempotent-replayed")).toBe("true")
    expect(again.headers.get("cache-control")).toBe("no-store")
    expect(JSON.stringify(again.body)).not.toContain(first.body.api_key)
    expect(await keysOf(person)).toBe(1)
    expect(await auditActionsOn(first.body.key.id)).toEqual(["api_key.created"])
    expect(await mailSubjectsTo(person)).toHaveLength(1)
  })

  test("with another body is refused and makes nothing", async () => {
    const person = await createPerson()
    await create(person, "a")
    for (const body of [{ name: "Other" }, { name: "Once", scopes: [] }, { name: "Once", expires_at: null }])
      expect(await create(person, "a", body)).toMatchObject({
        status: 422,
        body: { code: "idempotency_key_reused" },
      })
    const { key } = (await create(person, "b")).body
    expect(await rotateKey(person, key.id, "a")).toMatchObject({ status: 422 })
    expect(await keysOf(person)).toBe(2)
  })

  test("twenty times at once has one effect; the others are told to wait, or what it made", async () => {
    const person = await createPerson()
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(person, "a")))
    const kinds = answers.map(({ status, body }) => (body.api_key ? "made" : (body.code ?? status)))
    expect(kinds.filter((kind) => kind === "made")).toHaveLength(1)
    for (const kind of kinds) expect(["made", 201, "idempotency_key_in_use"]).toContain(kind)
    expect(await keysOf(person)).toBe(1)
  })

  test("is another's own: of a colleague, of the same person elsewhere, of another organization", async () => {
    const person = await createPerson()
    const organizationId = person.caller.organization.id
    const colleague = await createPerson({ role: "admin", organizationId })
    const stranger = await createPerson()
    for (const one of [person, colleague, stranger])
      expect((await create(one, "a")).body.api_key).toEqual(expect.any(String))
    const { user } = person.caller
    const elsewhere = { ...person.caller, organization: stranger.caller.organization, user }
    const idempotency = { key: "a", requestHash: new Uint8Array(32) }
    expect((await createApiKey(elsewhere, { name: "Once" }, idempotency)).secret).toEqual(expect.any(String))
  })

  test("is the same person's from a program and from the browser", async () => {
    const person = await createPerson()
    const { bearer } = await createProgram(person)
    const { body } = await create(person, "a", { name: "Once" }, bearer)
    expect((await create(person, "a")).body).toMatchObject({ api_key: null, key: { id: body.key.id } })
  })

  test("by who may no longer do it is refused, not told", async () => {
    const person = await createPerson()
    await create(person, "a")
    await db().membership.updateMany({
      where: { userId: person.caller.user.id },
      data: { role: "member" },
    })
    expect((await create(person, "a")).status).toBe(403)
  })

  test("after one that was refused or rolled back, is the first", async () => {
    const person = await createPerson()
    expect((await create(person, "a", { name: "" })).status).toBe(400)
    await db().$executeRaw`ALTER TABLE mails RENAME TO mails_away`
    try {
      expect((await create(person, "a")).status).toBe(500)
    } finally {
      await db().$executeRaw`ALTER TABLE mails_away RENAME TO mails`
    }
    expect(await keysOf(person)).toBe(0)
    expect(
      await db().idempotencyKey.count({ where: { key: "a", callerId: { contains: person.caller.user.id } } }),
    ).toBe(0)
    expect((await create(person, "a")).body.api_key).toEqual(expect.any(String))
    expect(await keysOf(person)).toBe(1)
  })

  test("is new a day later, and not a second before", async () => {
    const person = await createPerson()
    const { body } = await create(person, "a")
    const where = {
      callerId_key: { callerId: `${person.caller.organization.id} ${person.caller.user.id}`, key: "a" },
    }
    const since = (milliseconds: number) =>
      db().idempotencyKey.update({ where, data: { createdAt: addDuration(new Date(), -milliseconds) } })
    await since(IDEMPOTENCY_KEPT - seconds(5))
    expect((await create(person, "a")).body.key.id).toBe(body.key.id)
    await since(IDEMPOTENCY_KEPT)
    expect(await create(person, "a", { name: "Of another body" })).toMatchObject({
      status: 201,
      body: { api_key: expect.any(String) },
    })
    expect(await keysOf(person)).toBe(2)
  })

  test.each(["", "x".repeat(256), "a b", "clé"])("needs a key that can be one, not %j", async (key) => {
    const person = await createPerson()
    expect(await create(person, key)).toMatchObject({ status: 400, body: { code: "bad_request" } })
    expect(await keysOf(person)).toBe(0)
  })
})

describe("a rotation that is sent twice", () => {
  test("makes one new secret, which the second answer does not repeat", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    const first = await rotateKey(person, id, "a", { overlap_seconds: 60 })
    const again = await rotateKey(person, id, "a", { overlap_seconds: 60 })
    expect(again).toMatchObject({ status: 201, body: { api_key: null, key: { id } } })
    expect((await checkApiKey(first.body.api_key, { address: null })).code).toBe("VALID")
    expect(await auditActionsOn(id)).toEqual(["api_key.rotated"])
    expect((await rotateKey(person, id, "a", { overlap_seconds: 61 })).status).toBe(422)
    expect((await rotateKey(person, (await createKey(person)).id, "a", { overlap_seconds: 60 })).status).toBe(
      422,
    )
  })

  test("at once rotates once", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotateKey(person, id, "a")))
    expect(answers.filter(({ body }) => body.api_key)).toHaveLength(1)
    expect(await db().previousApiKeySecret.count({ where: { apiKeyId: id } })).toBe(1)
  })

  test("of a key that cannot be rotated is no success later either", async () => {
    const person = await createPerson()
    const { id } = await createKey(person, { revokedAt: new Date() })
    for (let count = 0; count < 2; count++) expect((await rotateKey(person, id, "a")).status).toBe(409)
    expect(await codeOf(db().idempotencyKey.findFirstOrThrow({ where: { targetId: id } }))).toBe("P2025")
  })
})

import { describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addDuration, days, hours } from "../duration"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, createKey, createPerson, mailSubjectsTo } from "../testing/factories"
import { source } from "../testing/request-source"
import { API_KEYS_MAX, requireApiKey, updateApiKey } from "./api-keys"
import { type UpdateApiKeyInput, updateApiKeyBodySchema } from "./api-keys.schema"
import { authenticateApiKey } from "./authenticate-api-key"
import { checkApiKey } from "./check-api-key"

const inADay = () => addDuration(new Date(), days(1))

describe("updateApiKey", () => {
  test("changes what is named, keeps the rest and records which fields, from the next call on", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, { rateLimitPerMinute: 7, expiresAt: inADay() })
    const changed = await updateApiKey(person.caller, {
      id,
      name: "Renamed",
      scopes: ["keys:verify"],
      allowedCidrs: ["198.51.100.0/24"],
    })
    expect(changed).toMatchObject({ name: "Renamed", scopes: ["keys:verify"], rateLimitPerMinute: 7 })
    expect(await requireApiKey(person.caller, { id })).toEqual(changed)
    expect(await checkApiKey(secret, { address: "192.0.2.7" })).toMatchObject({ code: "IP_NOT_ALLOWED" })
    expect(await checkApiKey(secret, { address: "198.51.100.1" })).toMatchObject({
      code: "VALID",
      key: { scopes: ["keys:verify"] },
      rateLimit: { limit: 7 },
    })
    const [event] = await db().auditEvent.findMany({ where: { targetId: id } })
    expect(event).toMatchObject({
      action: "api_key.updated",
      actorId: person.caller.user.id,
      details: { changed: ["allowedCidrs", "name", "scopes"] },
    })
  })

  test("null takes an expiry and a limit away; an empty list of scopes means nothing", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, { rateLimitPerMinute: 7, expiresAt: inADay() })
    const changes = { id, rateLimitPerMinute: null, expiresAt: null, scopes: [] }
    expect(await updateApiKey(person.caller, changes)).toMatchObject({
      rateLimitPerMinute: null,
      expiresAt: null,
      scopes: [],
    })
    expect(await checkApiKey(secret, { address: null })).toMatchObject({ code: "VALID", key: { scopes: [] } })
  })

  test("what changes nothing is recorded nowhere", async () => {
    const person = await createPerson()
    const expiresAt = inADay()
    const { id } = await createKey(person, { expiresAt, name: "Same" })
    for (const changes of [{}, { name: "Same", expiresAt, scopes: ["ai:invoke" as const], allowedCidrs: [] }])
      await updateApiKey(person.caller, { id, ...changes })
    expect(await auditActionsOn(id)).toEqual([])
    expect(await mailSubjectsTo(person)).toEqual([])
  })

  test("is refused to a member, a key and a program without the permission, and changes nothing", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id } = await createKey(owner)
    const key = await createKey(owner, { scopes: ["ai:invoke", "keys:verify", "api_keys:write"] })
    const keyCaller = await authenticateApiKey(key.secret, source)
    if (!keyCaller) throw new Error("the key works")
    for (const caller of [
      member.caller,
      keyCaller,
      { ...owner.caller, scopes: ["api_keys:read", "ai:invoke"] },
    ])
      expect(await codeOf(updateApiKey(caller, { id, name: "x" }))).toBe("forbidden")
    expect(await requireApiKey(owner.caller, { id })).toMatchObject({ name: "Test key" })
  })

  test("of another organization is not found and stays as it is", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { id } = await createKey(grace)
    expect(await codeOf(updateApiKey(ada.caller, { id, name: "Mine now" }))).toBe("not_found")
    expect(await requireApiKey(grace.caller, { id })).toMatchObject({ name: "Test key" })
  })

  test("never gives a scope that the caller lacks, but leaves those the key has", async () => {
    const person = await createPerson()
    const narrow = { ...person.caller, scopes: ["api_keys:write", "ai:invoke"] }
    const [little, much] = [await createKey(person), await createKey(person, { scopes: ["keys:verify"] })]
    const widened = updateApiKey(narrow, { id: little.id, scopes: ["ai:invoke", "keys:verify"] })
    await expect(widened).rejects.toMatchObject({ code: "forbidden", scope: "keys:verify" })
    expect(await requireApiKey(person.caller, { id: little.id })).toMatchObject({ scopes: ["ai:invoke"] })
    const kept = await updateApiKey(narrow, { id: much.id, scopes: ["keys:verify", "ai:invoke"] })
    expect(kept.scopes).toEqual(["keys:verify", "ai:invoke"])
  })

  test("of a revoked key is a conflict", async () => {
    const person = await createPerson()
    const { id } = await createKey(person, { revokedAt: new Date() })
    expect(await codeOf(updateApiKey(person.caller, { id, name: "x" }))).toBe("conflict")
    expect(await auditActionsOn(id)).toEqual([])
  })

  test("lets an expired key work again, unless that made one too many", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, { expiresAt: addDuration(new Date(), -hours(1)) })
    expect(await updateApiKey(person.caller, { id, name: "Still expired" })).toMatchObject({
      status: "expired",
    })
    const kept = await createKey(person, { expiresAt: addDuration(new Date(), -hours(1)) })
    for (let count = 0; count < API_KEYS_MAX - 1; count++) await createKey(person)
    expect(await updateApiKey(person.caller, { id, expiresAt: inADay() })).toMatchObject({ status: "active" })
    expect(await checkApiKey(secret, { address: null })).toMatchObject({ code: "VALID" })
    for (const expiresAt of [null, inADay()])
      expect(await codeOf(updateApiKey(person.caller, { id: kept.id, expiresAt }))).toBe("limit_reached")
    expect(await requireApiKey(person.caller, { id: kept.id })).toMatchObject({ status: "expired" })
    // The full organization may still change those that it has.
    expect(await updateApiKey(person.caller, { id, expiresAt: null })).toMatchObject({ expiresAt: null })
  })

  test("two at once both count: neither undoes the other's field", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    await Promise.all([
      updateApiKey(person.caller, { id, name: "Renamed" }),
      updateApiKey(person.caller, { id, rateLimitPerMinute: 9 }),
    ])
    expect(await requireApiKey(person.caller, { id })).toMatchObject({
      name: "Renamed",
      rateLimitPerMinute: 9,
    })
    expect(await auditActionsOn(id)).toEqual(["api_key.updated", "api_key.updated"])
  })

  test("takes effect only together with its audit row", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    await withoutAuditTable(async () => {
      await expect(updateApiKey(person.caller, { id, name: "Unseen" })).rejects.toThrow()
    })
    expect(await requireApiKey(person.caller, { id })).toMatchObject({ name: "Test key" })
  })
})

/** While `work` runs, nothing can be recorded. */
async function withoutAuditTable(work: () => Promise<void>): Promise<void> {
  await db().$executeRaw`ALTER TABLE audit_events RENAME TO audit_events_away`
  try {
    await work()
  } finally {
    await db().$executeRaw`ALTER TABLE audit_events_away RENAME TO audit_events`
  }
}

describe("the body of a change", () => {
  test.each<[unknown, string]>([
    [{ id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }, "id"],
    [{ hash: "00" }, "hash"],
    [{ created_by: "me" }, "created_by"],
    [{ organization_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }, "organization_id"],
    [{ revoked_at: null }, "revoked_at"],
    [{ suspended_at: null }, "suspended_at"],
    [{ leaked: false }, "leaked"],
    [{ last_used_at: null }, "last_used_at"],
    [{ remaining: 5 }, "remaining"],
    [{ expiresAt: null }, "expiresAt"],
    [{ name: null }, "name"],
    [{ scopes: null }, "scopes"],
    [{ scopes: ["members:write"] }, "scopes.0"],
    [{ allowed_cidrs: null }, "allowed_cidrs"],
    [{ allowed_cidrs: ["10.0.0.1/8"] }, "allowed_cidrs.0"],
    [{ rate_limit_per_minute: 0 }, "rate_limit_per_minute"],
    [{ rate_limit_per_minute: 1.5 }, "rate_limit_per_minute"],
    [{ rate_limit_per_minute: 100_001 }, "rate_limit_per_minute"],
    [{ rate_limit_per_minute: "7" }, "rate_limit_per_minute"],
    [{ expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ expires_at: "2100-01-01T00:00:00Z" }, "expires_at"],
  ])("refuses %j", (body, path) => {
    const { error } = updateApiKeyBodySchema.safeParse(body)
    const faults = error?.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join(".")],
    )
    expect(faults).toContain(path)
  })

  test("says the same networks and scopes once", () => {
    const body = { scopes: ["ai:invoke", "ai:invoke"], allowed_cidrs: ["192.0.2.1", "192.0.2.1/32"] }
    expect(updateApiKeyBodySchema.parse(body)).toEqual({
      scopes: ["ai:invoke"],
      allowedCidrs: ["192.0.2.1/32"],
    } satisfies Omit<UpdateApiKeyInput, "id">)
  })

  test("takes the last moment before it is too late to expire", () => {
    vi.useFakeTimers({ now: new Date("2030-01-01T00:00:00Z") })
    const takes = (expires_at: string) => updateApiKeyBodySchema.safeParse({ expires_at }).success
    expect([takes("2030-01-01T00:00:00Z"), takes("2030-01-01T00:00:00.001Z")]).toEqual([false, true])
    expect([takes("2099-12-31T23:59:59Z"), takes("2100-01-01T00:00:00Z")]).toEqual([true, false])
    vi.useRealTimers()
  })
})

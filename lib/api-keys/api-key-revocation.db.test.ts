import { afterEach, describe, expect, test, vi } from "vitest"
import { freshSignIn } from "../auth/step-up"
import { addDuration, hours, minutes, seconds } from "../duration"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, createKey, createPerson, mailSubjectsTo } from "../testing/factories"
import { source } from "../testing/request-source"
import { restoreApiKey, revokeApiKey } from "./api-key-revocation"
import { API_KEYS_MAX, countActiveApiKeys, requireApiKey } from "./api-keys"
import { authenticateApiKey } from "./authenticate-api-key"
import { checkApiKey } from "./check-api-key"

const standing = async (secret: string) => (await checkApiKey(secret, { address: "192.0.2.7" })).code
const ago = (milliseconds: number) => addDuration(new Date(), -milliseconds)

afterEach(() => {
  vi.useRealTimers()
})

describe("a revocation", () => {
  test("can be undone for an hour, after which the key is what it was", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, { revokedAt: ago(hours(1) - seconds(5)) })
    expect((await requireApiKey(person.caller, { id })).restorableUntil).toBeInstanceOf(Date)
    expect(await restoreApiKey(person.caller, { id })).toMatchObject({
      status: "active",
      revokedAt: null,
      revokedReason: null,
      restorableUntil: null,
    })
    expect(await standing(secret)).toBe("VALID")
    expect(await auditActionsOn(id)).toEqual(["api_key.restored"])
    expect(await mailSubjectsTo(person)).toEqual([expect.stringContaining("restored")])
  })

  test("is final after the hour, to the millisecond", async () => {
    const person = await createPerson()
    const revokedAt = new Date("2030-01-01T00:00:00Z")
    const [late, early] = [await createKey(person, { revokedAt }), await createKey(person, { revokedAt })]
    vi.useFakeTimers({ now: addDuration(revokedAt, hours(1)), toFake: ["Date"] })
    const caller = { ...person.caller, proof: freshSignIn() }
    expect(await codeOf(restoreApiKey(caller, late))).toBe("conflict")
    vi.setSystemTime(addDuration(revokedAt, hours(1) - 1))
    expect(await codeOf(restoreApiKey(caller, early))).toBe("ok")
    expect((await requireApiKey(caller, late)).status).toBe("revoked")
  })

  test("of a leaked key is final at once, also when that was said later", async () => {
    const person = await createPerson()
    const [first, later] = [await createKey(person), await createKey(person)]
    await revokeApiKey(person.caller, { id: first.id, leaked: true })
    await revokeApiKey(person.caller, { id: later.id, reason: "Old laptop" })
    expect(await revokeApiKey(person.caller, { id: later.id, reason: "Seen", leaked: true })).toMatchObject({
      leaked: true,
      revokedReason: "Old laptop",
      restorableUntil: null,
    })
    for (const { id } of [first, later])
      expect(await codeOf(restoreApiKey(person.caller, { id }))).toBe("conflict")
    expect(await auditActionsOn(later.id)).toEqual(["api_key.revoked", "api_key.revoked"])
    // Saying it again changes nothing, nor does a revocation that no longer calls it leaked.
    await revokeApiKey(person.caller, { id: later.id, leaked: true })
    expect((await revokeApiKey(person.caller, { id: later.id })).leaked).toBe(true)
    expect(await auditActionsOn(later.id)).toHaveLength(2)
  })

  test("is a conflict to undo where there is none, and is undone once by two at once", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    expect(await codeOf(restoreApiKey(person.caller, { id }))).toBe("conflict")
    await revokeApiKey(person.caller, { id })
    const both = [restoreApiKey(person.caller, { id }), restoreApiKey(person.caller, { id })]
    expect((await Promise.all(both.map(codeOf))).sort()).toEqual(["conflict", "ok"])
    expect(await auditActionsOn(id)).toEqual(["api_key.revoked", "api_key.restored"])
  })

  test("leaves a key suspended or expired that was so before", async () => {
    const person = await createPerson()
    const revokedAt = ago(minutes(1))
    const suspended = await createKey(person, { revokedAt, suspendedAt: ago(minutes(2)) })
    const expired = await createKey(person, { revokedAt, expiresAt: ago(minutes(2)) })
    expect((await restoreApiKey(person.caller, suspended)).status).toBe("suspended")
    expect((await restoreApiKey(person.caller, expired)).status).toBe("expired")
  })

  test("is not undone where the organization is full, but for a key that has expired", async () => {
    const person = await createPerson()
    const revokedAt = ago(minutes(1))
    const full = await createKey(person, { revokedAt })
    const expired = await createKey(person, { revokedAt, expiresAt: ago(minutes(2)) })
    for (let count = 0; count < API_KEYS_MAX; count++) await createKey(person)
    expect(await codeOf(restoreApiKey(person.caller, full))).toBe("limit_reached")
    expect(await codeOf(restoreApiKey(person.caller, expired))).toBe("ok")
    expect(await countActiveApiKeys(person.caller)).toBe(API_KEYS_MAX)
    expect(await standing(full.secret)).toBe("REVOKED")
  })

  test("is undone by nobody who may not: a member, a key, a narrow program, another organization", async () => {
    const [owner, stranger] = [await createPerson(), await createPerson()]
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id, secret } = await createKey(owner, { revokedAt: new Date() })
    const key = await authenticateApiKey((await createKey(owner)).secret, source)
    if (!key) throw new Error("the key works")
    const narrow = { ...owner.caller, scopes: ["api_keys:read"] }
    for (const caller of [member.caller, key, narrow])
      expect(await codeOf(restoreApiKey(caller, { id }))).toBe("forbidden")
    expect(await codeOf(restoreApiKey(stranger.caller, { id }))).toBe("not_found")
    expect(await standing(secret)).toBe("REVOKED")
  })
})

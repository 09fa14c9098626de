import { describe, expect, test } from "vitest"
import { db } from "../db"
import { addDuration, days, minutes } from "../duration"
import { auditActionsOn, createKey, createPerson, type Person } from "../testing/factories"
import { applyPosture, getPosture } from "./posture"

const ago = (duration: number) => addDuration(new Date(), -duration)
const held = { rateLimitPerMinute: 10, expiresAt: addDuration(new Date(), days(30)), lastUsedAt: new Date() }
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

async function see(person: Person, apiKeyId: string, scope: string, at: Date) {
  const organizationId = person.caller.organization.id
  const sighting = { organizationId, apiKeyId, kind: "scope" as const, value: scope, requests: 1 }
  await db().apiKeySighting.create({ data: { ...sighting, firstSeenAt: at, lastSeenAt: at } })
}

async function groupsOf(person: Person) {
  const posture = await getPosture(person.caller)
  return Object.fromEntries(
    Object.entries(posture).map(([group, keys]) => [group, keys.map(({ id }: { id: string }) => id)]),
  )
}

describe("getPosture", () => {
  test("puts a key into a group for each fault it has, and none for a key that is held tight", async () => {
    const ada = await createPerson()
    const good = await createKey(ada, held)
    await see(ada, good.id, "ai:invoke", new Date())
    const lasting = await createKey(ada, { ...held, expiresAt: null, createdAt: new Date() })
    const open = await createKey(ada, { ...held, rateLimitPerMinute: null })
    const forgotten = await createKey(ada, { ...held, lastUsedAt: ago(days(90) + minutes(1)) })
    const never = await createKey(ada, { ...held, lastUsedAt: null, createdAt: ago(days(91)) })
    const almost = await createKey(ada, { ...held, lastUsedAt: ago(days(90) - minutes(5)) })
    const broad = await createKey(ada, {
      ...held,
      createdAt: ago(days(31)),
      scopes: ["ai:invoke", "keys:verify"],
    })
    await see(ada, broad.id, "ai:invoke", new Date())
    await see(ada, broad.id, "keys:verify", ago(days(91)))
    const young = await createKey(ada, { ...held, createdAt: ago(days(30) - minutes(5)) })
    const needed = await createKey(ada, { ...held, createdAt: ago(days(31)) })
    await see(ada, needed.id, "ai:invoke", ago(days(90) - minutes(5)))
    expect(await groupsOf(ada)).toEqual({
      neverExpires: [lasting.id],
      withoutLimit: [open.id],
      unused: expect.arrayContaining([forgotten.id, never.id]),
      broaderThanUsed: [broad.id],
    })
    const { unused, broaderThanUsed } = await getPosture(ada.caller)
    expect(unused.map(({ id }) => id)).not.toContain(almost.id)
    for (const { id } of [young, needed]) expect(broaderThanUsed.map((key) => key.id)).not.toContain(id)
    expect(broaderThanUsed[0]?.unusedScopes).toEqual(["keys:verify"])
  })

  test("leaves out keys that do not work, and those of others", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    await createKey(ada, { revokedAt: new Date() })
    await createKey(ada, { suspendedAt: new Date() })
    await createKey(ada, { expiresAt: ago(1) })
    await createKey(grace)
    expect(Object.values(await groupsOf(ada)).flat()).toEqual([])
  })
})

describe("applyPosture", () => {
  test("does each change to all of the keys, and records it for each", async () => {
    const ada = await createPerson()
    const [one, two] = [
      await createKey(ada, { scopes: ["ai:invoke", "keys:verify"], lastUsedAt: new Date() }),
      await createKey(ada, { scopes: ["ai:invoke", "keys:verify"], lastUsedAt: new Date() }),
    ]
    await see(ada, one.id, "keys:verify", new Date())
    const ids = [one.id, two.id]
    for (const change of ["expire_in_90_days", "limit_to_default", "narrow_to_used", "revoke"] as const)
      expect(await applyPosture(ada.caller, { ids, change })).toBe(2)
    const keys = await db().apiKey.findMany({ where: { id: { in: ids } }, orderBy: { id: "asc" } })
    expect(keys.map(({ scopes }) => scopes)).toEqual([["keys:verify"], []])
    for (const { id, expiresAt, rateLimitPerMinute, revokedAt } of keys) {
      expect(expiresAt?.getTime()).toBeCloseTo(addDuration(new Date(), days(90)).getTime(), -5)
      expect([rateLimitPerMinute, revokedAt !== null]).toEqual([600, true])
      expect(await auditActionsOn(id)).toEqual([...Array(3).fill("api_key.updated"), "api_key.revoked"])
    }
  })

  test("changes none of them when one cannot be changed, and names it", async () => {
    const ada = await createPerson()
    const [good, revoked] = [
      await createKey(ada),
      await createKey(ada, { name: "Ended", revokedAt: new Date() }),
    ]
    const ids = [good.id, revoked.id]
    await expect(applyPosture(ada.caller, { ids, change: "limit_to_default" })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("“Ended”"),
    })
    const { rateLimitPerMinute } = await db().apiKey.findUniqueOrThrow({ where: { id: good.id } })
    expect(rateLimitPerMinute).toBe(null)
    expect(await auditActionsOn(good.id)).toEqual([])
  })

  test("takes no scope from a key that was never used: nobody knows what it needs", async () => {
    const ada = await createPerson()
    const { id } = await createKey(ada)
    const narrowed = applyPosture(ada.caller, { ids: [id], change: "narrow_to_used" })
    expect(await codeOf(narrowed)).toBe("conflict")
  })

  test("is refused to members, and for keys of another organization, with nothing changed", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const member = await createPerson({ role: "member", organizationId: ada.caller.organization.id })
    const [mine, foreign] = [await createKey(ada), await createKey(grace)]
    const change = "revoke" as const
    expect(await codeOf(applyPosture(member.caller, { ids: [mine.id], change }))).toBe("forbidden")
    expect(await codeOf(applyPosture(ada.caller, { ids: [mine.id, foreign.id], change }))).toBe("not_found")
    const keys = await db().apiKey.findMany({ where: { id: { in: [mine.id, foreign.id] } } })
    expect(keys.map(({ revokedAt }) => revokedAt)).toEqual([null, null])
  })
})

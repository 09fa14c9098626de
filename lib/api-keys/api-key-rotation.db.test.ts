import { afterEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addDuration, days, hours, seconds } from "../duration"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, createKey, createPerson, mailSubjectsTo } from "../testing/factories"
import { source } from "../testing/request-source"
import { flushUsageLog, logApiKeyUse } from "../usage/usage-log"
import { apiKeyPattern } from "./api-key-format"
import { restoreApiKey, revokeApiKey } from "./api-key-revocation"
import { endOverlap, rotateApiKey } from "./api-key-rotation"
import { suspendApiKey } from "./api-key-suspension"
import { requireApiKey } from "./api-keys"
import { OVERLAP_SECONDS_DEFAULT, OVERLAP_SECONDS_MAX, rotateApiKeyBodySchema } from "./api-keys.schema"
import { authenticateApiKey } from "./authenticate-api-key"
import { checkApiKey } from "./check-api-key"

const standing = async (secret: string) => (await checkApiKey(secret, { address: "192.0.2.7" })).code

const pass = (milliseconds: number) =>
  vi.useFakeTimers({ now: addDuration(new Date(), milliseconds), toFake: ["Date"] })
afterEach(() => {
  vi.useRealTimers()
})

describe("rotateApiKey", () => {
  test("gives the same key a new secret, and both work until the overlap ends", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, { rateLimitPerMinute: 50, lastUsedAt: new Date() })
    const before = await requireApiKey(person.caller, { id })
    // From here on the clock stands still.
    pass(0)
    const rotated = await rotateApiKey(person.caller, { id, overlapSeconds: 60 })
    expect(rotated.secret).toMatch(apiKeyPattern)
    expect(rotated.secret).not.toBe(secret)
    const { lastFour, previousSecrets, ...same } = rotated.key
    expect(before).toMatchObject(same)
    expect(lastFour).toBe(rotated.secret.slice(-4))
    expect(previousSecrets).toEqual([
      { lastFour: secret.slice(-4), endsAt: expect.any(Date), lastUsedAt: null },
    ])
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["VALID", "VALID"])

    pass(seconds(59))
    expect(await standing(secret)).toBe("VALID")
    pass(seconds(2))
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["REVOKED", "VALID"])
    expect((await requireApiKey(person.caller, { id })).previousSecrets).toEqual([])
  })

  test("stores neither secret, records who and for how long, and tells the admins", async () => {
    const person = await createPerson()
    const key = await createKey(person)
    const { secret } = await rotateApiKey(person.caller, { id: key.id, overlapSeconds: 60 })
    const rows = JSON.stringify([
      await db().apiKey.findMany({ where: { id: key.id } }),
      await db().previousApiKeySecret.findMany({ where: { apiKeyId: key.id }, omit: { hash: true } }),
      await db().auditEvent.findMany({ where: { targetId: key.id } }),
      await db().mail.findMany({ where: { to: person.caller.user.email } }),
    ])
    for (const text of [secret, key.secret]) expect(rows).not.toContain(text.slice(-20))
    expect(await db().auditEvent.findMany({ where: { targetId: key.id } })).toMatchObject([
      { action: "api_key.rotated", details: { overlapSeconds: 60, name: "Test key" } },
    ])
    expect(await mailSubjectsTo(person)).toEqual([expect.stringContaining("rotated")])
  })

  test("without an overlap ends every secret there was, older ones too", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    const second = await rotateApiKey(person.caller, { id, overlapSeconds: 3600 })
    const third = await rotateApiKey(person.caller, { id, overlapSeconds: 0 })
    expect([await standing(secret), await standing(second.secret), await standing(third.secret)]).toEqual([
      "REVOKED",
      "REVOKED",
      "VALID",
    ])
    expect(third.key.previousSecrets).toEqual([])
  })

  test("with an overlap leaves older secrets their own, up to five at once", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    for (let count = 0; count < 5; count++) await rotateApiKey(person.caller, { id, overlapSeconds: 3600 })
    expect(await codeOf(rotateApiKey(person.caller, { id, overlapSeconds: 1 }))).toBe("conflict")
    expect(await standing(secret)).toBe("VALID")
    expect(await codeOf(rotateApiKey(person.caller, { id, overlapSeconds: 0 }))).toBe("ok")
    expect(await standing(secret)).toBe("REVOKED")
  })

  test("ten at once give a chain in which every secret but the last is one before", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => rotateApiKey(person.caller, { id, overlapSeconds: 3600 })),
    )
    const made = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.secret] : []))
    expect(made).toHaveLength(5)
    for (const secret of made) expect(await standing(secret)).toBe("VALID")
    expect(await db().previousApiKeySecret.count({ where: { apiKeyId: id } })).toBe(5)
    expect(await auditActionsOn(id)).toEqual(Array(5).fill("api_key.rotated"))
  })

  test.each([
    ["revoked", { revokedAt: new Date() }],
    ["expired", { expiresAt: addDuration(new Date(), -1) }],
  ])("of a key that is %s is a conflict and makes no secret", async (_, overrides) => {
    const person = await createPerson()
    const { id } = await createKey(person, overrides)
    expect(await codeOf(rotateApiKey(person.caller, { id, overlapSeconds: 0 }))).toBe("conflict")
    expect(await db().previousApiKeySecret.count({ where: { apiKeyId: id } })).toBe(0)
    expect(await mailSubjectsTo(person)).toEqual([])
  })

  test("of a suspended key leaves it suspended", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    await suspendApiKey(person.caller, { id })
    const rotated = await rotateApiKey(person.caller, { id, overlapSeconds: 60 })
    expect(rotated.key.status).toBe("suspended")
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["SUSPENDED", "SUSPENDED"])
  })

  test("is refused to a member, a key and, by name of the scope, to a program that may do less than the key", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id, secret } = await createKey(owner, { scopes: ["ai:invoke", "keys:verify"] })
    const key = await authenticateApiKey(secret, source)
    if (!key) throw new Error("the key works")
    for (const caller of [member.caller, key])
      expect(await codeOf(rotateApiKey(caller, { id, overlapSeconds: 0 }))).toBe("forbidden")
    const program = { ...owner.caller, scopes: ["api_keys:write", "ai:invoke"] }
    await expect(rotateApiKey(program, { id, overlapSeconds: 0 })).rejects.toMatchObject({
      code: "forbidden",
      scope: "keys:verify",
    })
    expect(await standing(secret)).toBe("VALID")
    expect(await auditActionsOn(id)).toEqual([])
  })

  test("of another organization is not found", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { id, secret } = await createKey(grace)
    for (const work of [rotateApiKey(ada.caller, { id, overlapSeconds: 0 }), endOverlap(ada.caller, { id })])
      expect(await codeOf(work)).toBe("not_found")
    expect(await standing(secret)).toBe("VALID")
  })

  test("keeps its statistics and tells which secret is still used", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    const use = (previousSecretId: string | null) =>
      logApiKeyUse({
        ...{
          time: new Date(),
          organizationId: person.caller.organization.id,
          apiKeyId: id,
          previousSecretId,
        },
        ...{ outcome: "VALID", status: 200, method: "GET", route: "/api/v1/me", latencyMs: 1 },
        ...{ ipAddress: "192.0.2.7", userAgent: "test", requestId: "test-request", scopes: [] },
      })
    use(null)
    await rotateApiKey(person.caller, { id, overlapSeconds: 60 })
    const check = await checkApiKey(secret, { address: null })
    if (check.code !== "VALID") throw new Error("the old secret works")
    expect(check.key.previousSecretId).not.toBeNull()
    use(check.key.previousSecretId)
    await flushUsageLog()
    const view = await requireApiKey(person.caller, { id })
    expect(view.lastUsedAt).toBeInstanceOf(Date)
    expect(view.previousSecrets).toMatchObject([{ lastUsedAt: expect.any(Date) }])
    const [day] = await db().apiKeyUsage.findMany({ where: { apiKeyId: id, resolution: "day" } })
    expect(day?.requests).toBe(2)
  })
})

describe("the length of an overlap", () => {
  test.each([-1, 1.5, OVERLAP_SECONDS_MAX + 1, "60", null])("is not %j", (overlap_seconds) => {
    expect(rotateApiKeyBodySchema.safeParse({ overlap_seconds }).success).toBe(false)
  })

  test("is from none to a day, and an hour where nobody says", () => {
    expect([days(1), hours(1)]).toEqual([seconds(OVERLAP_SECONDS_MAX), seconds(OVERLAP_SECONDS_DEFAULT)])
    for (const overlapSeconds of [0, OVERLAP_SECONDS_MAX])
      expect(rotateApiKeyBodySchema.parse({ overlap_seconds: overlapSeconds })).toEqual({ overlapSeconds })
    for (const body of [{}, undefined])
      expect(rotateApiKeyBodySchema.parse(body)).toEqual({ overlapSeconds: OVERLAP_SECONDS_DEFAULT })
  })
})

describe("endOverlap", () => {
  test("ends the old secret at once, leaves the new one, and can be done once", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    const rotated = await rotateApiKey(person.caller, { id, overlapSeconds: 3600 })
    const answers = await Promise.all([
      codeOf(endOverlap(person.caller, { id })),
      codeOf(endOverlap(person.caller, { id })),
    ])
    expect(answers.sort()).toEqual(["conflict", "ok"])
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["REVOKED", "VALID"])
    expect(await auditActionsOn(id)).toEqual(["api_key.rotated", "api_key.overlap_ended"])
  })

  test("is refused to a member", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id, secret } = await createKey(owner)
    await rotateApiKey(owner.caller, { id, overlapSeconds: 3600 })
    expect(await codeOf(endOverlap(member.caller, { id }))).toBe("forbidden")
    expect(await standing(secret)).toBe("VALID")
  })

  test("a revocation ends every secret, and its undoing gives back those whose overlap is not over", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    const rotated = await rotateApiKey(person.caller, { id, overlapSeconds: 60 })
    expect((await revokeApiKey(person.caller, { id })).previousSecrets).toEqual([])
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["REVOKED", "REVOKED"])
    await restoreApiKey(person.caller, { id })
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["VALID", "VALID"])
    pass(seconds(61))
    expect([await standing(secret), await standing(rotated.secret)]).toEqual(["REVOKED", "VALID"])
  })
})

import { describe, expect, test } from "vitest"
import { db } from "../db"
import { addDuration } from "../duration"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, createKey, createPerson, mailSubjectsTo } from "../testing/factories"
import { source } from "../testing/request-source"
import { resumeApiKey, suspendApiKey } from "./api-key-suspension"
import { requireApiKey } from "./api-keys"
import { authenticateApiKey } from "./authenticate-api-key"
import { checkApiKey } from "./check-api-key"

const standing = async (secret: string) => (await checkApiKey(secret, { address: "192.0.2.7" })).code

describe("suspending and resuming", () => {
  test("stop a key and let it work again, recorded and told with the reason", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    expect(await suspendApiKey(person.caller, { id, reason: "Looks odd" })).toMatchObject({
      status: "suspended",
      suspendedReason: "Looks odd",
    })
    expect(await standing(secret)).toBe("SUSPENDED")
    expect(await resumeApiKey(person.caller, { id })).toMatchObject({
      status: "active",
      suspendedAt: null,
      suspendedReason: null,
    })
    expect(await standing(secret)).toBe("VALID")
    expect(await db().auditEvent.findMany({ where: { targetId: id }, orderBy: { id: "asc" } })).toMatchObject(
      [{ action: "api_key.suspended", details: { reason: "Looks odd" } }, { action: "api_key.resumed" }],
    )
    expect(await mailSubjectsTo(person)).toEqual([
      expect.stringContaining("suspended"),
      expect.stringContaining("resumed"),
    ])
  })

  test("twice, also at once, do and record it once", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    const [first, second] = await Promise.all([
      suspendApiKey(person.caller, { id, reason: "one" }),
      suspendApiKey(person.caller, { id, reason: "two" }),
    ])
    expect(first).toEqual(second)
    await Promise.all([resumeApiKey(person.caller, { id }), resumeApiKey(person.caller, { id })])
    expect(await auditActionsOn(id)).toEqual(["api_key.suspended", "api_key.resumed"])
    expect(await mailSubjectsTo(person)).toHaveLength(2)
  })

  test("are mailed sixty times an hour and organization at most, which the last mail says, and recorded all the same", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    const { id } = await createKey(person)
    for (let round = 0; round < 35; round++) {
      await suspendApiKey(person.caller, { id })
      await resumeApiKey(person.caller, { id })
    }
    expect(await auditActionsOn(id)).toHaveLength(70)
    const mails = await db().mail.findMany({
      where: { to: person.caller.user.email },
      orderBy: { id: "asc" },
      select: { text: true },
    })
    expect(mails).toHaveLength(60)
    const last = mails.filter(({ text }) => text.includes("the last such mail for a while"))
    expect(last).toEqual([mails.at(-1)])
    await suspendApiKey(other.caller, { id: (await createKey(other)).id })
    expect(await mailSubjectsTo(other)).toHaveLength(1)
  })

  test("are a conflict for a revoked key", async () => {
    const person = await createPerson()
    const { id } = await createKey(person, { revokedAt: new Date(), suspendedAt: new Date() })
    for (const work of [suspendApiKey(person.caller, { id }), resumeApiKey(person.caller, { id })])
      expect(await codeOf(work)).toBe("conflict")
    expect(await auditActionsOn(id)).toEqual([])
  })

  test("are refused to a member, a key and a narrow program; another organization finds nothing", async () => {
    const [owner, stranger] = [await createPerson(), await createPerson()]
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id, secret } = await createKey(owner)
    const suspended = await createKey(owner, { suspendedAt: new Date() })
    const key = await authenticateApiKey(secret, source)
    if (!key) throw new Error("the key works")
    const refusals = [
      [member.caller, "forbidden"],
      [key, "forbidden"],
      [{ ...owner.caller, scopes: ["ai:invoke"] }, "forbidden"],
      [stranger.caller, "not_found"],
    ] as const
    for (const [caller, code] of refusals) {
      expect(await codeOf(suspendApiKey(caller, { id }))).toBe(code)
      expect(await codeOf(resumeApiKey(caller, { id: suspended.id }))).toBe(code)
    }
    expect([await standing(secret), await standing(suspended.secret)]).toEqual(["VALID", "SUSPENDED"])
  })

  test("of an expired key count when it is given a new time", async () => {
    const person = await createPerson()
    const { id } = await createKey(person, { expiresAt: addDuration(new Date(), -1) })
    expect((await suspendApiKey(person.caller, { id })).status).toBe("expired")
    await db().apiKey.update({ where: { id }, data: { expiresAt: null } })
    expect((await requireApiKey(person.caller, { id })).status).toBe("suspended")
  })

  test("take effect only together with the mail that tells of them", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    await db().$executeRaw`ALTER TABLE mails RENAME TO mails_away`
    try {
      await expect(suspendApiKey(person.caller, { id })).rejects.toThrow()
    } finally {
      await db().$executeRaw`ALTER TABLE mails_away RENAME TO mails`
    }
    expect(await standing(secret)).toBe("VALID")
    expect(await auditActionsOn(id)).toEqual([])
  })
})

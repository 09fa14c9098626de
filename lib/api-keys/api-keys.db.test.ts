import { describe, expect, test } from "vitest"
import { db } from "../db"
import { addDuration, seconds } from "../duration"
import { auditActionsOn, createKey, createPerson, mailSubjectsTo } from "../testing/factories"
import { source } from "../testing/request-source"
import { apiKeyPattern, generateApiKey } from "./api-key-format"
import { revokeApiKey } from "./api-key-revocation"
import { countActiveApiKeys, createApiKey, getFirstSteps, listApiKeys, requireApiKey } from "./api-keys"
import { authenticateApiKey } from "./authenticate-api-key"
import { checkApiKey } from "./check-api-key"

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

describe("createApiKey", () => {
  test("hands the secret out once and stores only its hash", async () => {
    const { caller } = await createPerson()
    const { key, secret } = await createApiKey(caller, { name: "Production" })
    expect(secret).toMatch(apiKeyPattern)
    expect(key).toMatchObject({
      name: "Production",
      scopes: ["ai:invoke"],
      status: "active",
      lastFour: secret.slice(-4),
    })
    expect(secret.startsWith(key.prefix)).toBe(true)

    const rows = JSON.stringify([
      await db().apiKey.findUniqueOrThrow({ where: { id: key.id } }),
      await db().auditEvent.findMany({ where: { targetId: key.id } }),
      await requireApiKey(caller, { id: key.id }),
    ])
    expect(rows).not.toContain(secret.slice(-20))
    expect(rows).not.toContain('"hash"')
    expect(await auditActionsOn(key.id)).toEqual(["api_key.created"])
  })

  test("tells every owner and admin, and nobody else, of the organization", async () => {
    const owner = await createPerson()
    const organizationId = owner.caller.organization.id
    const admin = await createPerson({ role: "admin", organizationId })
    const [member, stranger] = [await createPerson({ role: "member", organizationId }), await createPerson()]
    const { key } = await createApiKey(owner.caller, { name: "Told" })
    for (const one of [owner, admin])
      expect(await mailSubjectsTo(one)).toEqual([expect.stringContaining("“Told” was created")])
    for (const one of [member, stranger]) expect(await mailSubjectsTo(one)).toEqual([])
    expect(await auditActionsOn(key.id)).toEqual(["api_key.created"])
  })

  test.each(["audit_events", "mails"])("leaves nothing where %s cannot be written", async (table) => {
    const person = await createPerson()
    await db().$executeRawUnsafe(`ALTER TABLE ${table} RENAME TO away`)
    try {
      await expect(createApiKey(person.caller, { name: "x" })).rejects.toThrow()
    } finally {
      await db().$executeRawUnsafe(`ALTER TABLE away RENAME TO ${table}`)
    }
    const { organization } = person.caller
    expect(await db().apiKey.count({ where: { organizationId: organization.id } })).toBe(0)
    expect(await db().auditEvent.count({ where: { organizationId: organization.id } })).toBe(0)
    expect(await mailSubjectsTo(person)).toEqual([])
  })

  test("takes an empty list of scopes to mean nothing", async () => {
    const { caller } = await createPerson()
    expect((await createApiKey(caller, { name: "Nothing", scopes: [] })).key.scopes).toEqual([])
  })

  describe("by a program that may do no more than make keys", () => {
    const createNarrowed = async () => {
      const { caller } = await createPerson()
      return { ...caller, scopes: ["api_keys:write"] }
    }

    test("is refused a scope that the program lacks, by name, and leaves no row", async () => {
      const caller = await createNarrowed()
      await expect(createApiKey(caller, { name: "x", scopes: ["ai:invoke"] })).rejects.toMatchObject({
        code: "forbidden",
        scope: "ai:invoke",
      })
      expect(await db().apiKey.count({ where: { organizationId: caller.organization.id } })).toBe(0)
    })

    test("gives what of the default set the program may do", async () => {
      expect((await createApiKey(await createNarrowed(), { name: "x" })).key.scopes).toEqual([])
    })

    test("gives what the program may do as well", async () => {
      const caller = await createNarrowed()
      const wider = { ...caller, scopes: [...caller.scopes, "ai:invoke"] }
      for (const input of [{ name: "x" }, { name: "x", scopes: ["ai:invoke" as const] }])
        expect((await createApiKey(wider, input)).key.scopes).toEqual(["ai:invoke"])
    })
  })

  test("is refused to a member, and leaves no row", async () => {
    const { caller } = await createPerson({ role: "member" })
    expect(await codeOf(createApiKey(caller, { name: "x" }))).toBe("forbidden")
    expect(await db().apiKey.count({ where: { organizationId: caller.organization.id } })).toBe(0)
  })

  test("is refused to a key, whatever its scopes say", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person, { scopes: ["ai:invoke", "api_keys:write"] })
    const caller = await authenticateApiKey(secret, source)
    expect(caller && (await codeOf(createApiKey(caller, { name: "x" })))).toBe("forbidden")
  })
})

describe("listApiKeys", () => {
  test("pages newest first, without gaps or repeats, and never shows another organization's", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    await createKey(grace)
    const created = []
    for (let count = 0; count < 5; count++) created.unshift((await createKey(ada)).id)

    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listApiKeys(ada.caller, { limit: 2, cursor })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(5)
    expect(new Set(seen)).toEqual(new Set(created))
  })

  test.each(["newest", "oldest", "name", "last_used"] as const)(
    "pages by %s in the order of one long page, also where keys are alike or were never used",
    async (sort) => {
      const [person, other] = [await createPerson(), await createPerson()]
      const used = new Date(Date.UTC(2026, 0, 1, 0, 0, 0, 123))
      for (const lastUsedAt of [used, null, addDuration(used, 1), used, null, addDuration(used, -1), null])
        await createKey(person, { lastUsedAt, name: lastUsedAt ? "b" : "a" })
      const all = (await listApiKeys(person.caller, { sort, limit: 100 })).items.map(({ id }) => id)
      expect(new Set(all).size).toBe(7)

      const seen: string[] = []
      for (let cursor: string | undefined; seen.length < 7; cursor = seen.at(-1)) {
        const { items } = await listApiKeys(person.caller, { sort, limit: 2, cursor })
        expect(items.length).toBeGreaterThan(0)
        seen.push(...items.map(({ id }) => id))
      }
      expect(seen).toEqual(all)
      expect((await listApiKeys(person.caller, { sort, cursor: all.at(-1) })).items).toEqual([])
      const foreign = (await createKey(other)).id
      const { items } = await listApiKeys(person.caller, { sort, cursor: foreign })
      expect(items.filter(({ id }) => !all.includes(id))).toEqual([])
    },
  )

  test("shows revoked and expired keys for what they are", async () => {
    const person = await createPerson()
    await createKey(person, { revokedAt: new Date() })
    await createKey(person, { expiresAt: addDuration(new Date(), -1) })
    await createKey(person)
    const { items } = await listApiKeys(person.caller)
    expect(items.map(({ status }) => status).sort()).toEqual(["active", "expired", "revoked"])
    expect(await countActiveApiKeys(person.caller)).toBe(1)
  })
})

describe("revokeApiKey", () => {
  test("ends the key, keeps it visible with its reason and records who did it", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    expect(await revokeApiKey(person.caller, { id, reason: "Laptop lost" })).toMatchObject({
      status: "revoked",
      revokedReason: "Laptop lost",
    })
    expect(await checkApiKey(secret, { address: source.clientAddress })).toMatchObject({ code: "REVOKED" })
    expect(await auditActionsOn(id)).toEqual(["api_key.revoked"])
  })

  test("twice at once revokes once, records once and answers both alike", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    const [first, second] = await Promise.all([
      revokeApiKey(person.caller, { id, reason: "one" }),
      revokeApiKey(person.caller, { id, reason: "two" }),
    ])
    expect(first).toEqual(second)
    expect(await auditActionsOn(id)).toEqual(["api_key.revoked"])
  })

  test("of another organization is the same 404 as of none, and changes nothing", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { id, secret } = await createKey(grace)
    const foreign = await revokeApiKey(ada.caller, { id }).catch((error: unknown) => error)
    const missing = await revokeApiKey(ada.caller, { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }).catch(
      (error: unknown) => error,
    )
    expect(foreign).toMatchObject({ code: "not_found" })
    expect(String(foreign)).toBe(String(missing))
    expect(await checkApiKey(secret, { address: source.clientAddress })).toMatchObject({ code: "VALID" })
    expect(await auditActionsOn(id)).toEqual([])
  })

  test("is refused to a member", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { id } = await createKey(owner)
    expect(await codeOf(revokeApiKey(member.caller, { id }))).toBe("forbidden")
  })
})

describe("verifyApiKey", () => {
  test("names the organization, the scopes and the creator's present role", async () => {
    const person = await createPerson({ role: "admin" })
    const { id, secret } = await createKey(person)
    expect(await checkApiKey(secret, { address: source.clientAddress })).toMatchObject({
      code: "VALID",
      key: {
        id,
        role: "admin",
        scopes: ["ai:invoke"],
        organization: { id: person.caller.organization.id },
      },
    })
  })

  test("refuses a well-formed key that nobody created, and one organization's secret under another's id", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { secret } = await createKey(ada)
    const crossed = secret.replace(ada.caller.organization.id, grace.caller.organization.id)
    for (const text of [generateApiKey(ada.caller.organization.id), crossed]) {
      expect(await checkApiKey(text, { address: source.clientAddress })).toEqual({ code: "NOT_FOUND" })
    }
  })

  test("works until the instant it expires", async () => {
    const person = await createPerson()
    const alive = await createKey(person, { expiresAt: addDuration(new Date(), seconds(30)) })
    const over = await createKey(person, { expiresAt: addDuration(new Date(), -1) })
    expect(await checkApiKey(alive.secret, { address: source.clientAddress })).toMatchObject({
      code: "VALID",
    })
    expect(await checkApiKey(over.secret, { address: source.clientAddress })).toMatchObject({
      code: "EXPIRED",
    })
  })

  test("dies with the membership, and with the account, of the person who made it", async () => {
    const [left, disabled] = [await createPerson(), await createPerson()]
    const keys = [await createKey(left), await createKey(disabled)]
    await db().membership.deleteMany({ where: { userId: left.caller.user.id } })
    await db().user.update({ where: { id: disabled.caller.user.id }, data: { disabledAt: new Date() } })
    for (const { secret } of keys) {
      expect(await checkApiKey(secret, { address: source.clientAddress })).toMatchObject({
        code: "SUSPENDED",
      })
    }
    const { items } = await listApiKeys(disabled.caller)
    expect(items.map(({ status }) => status)).toEqual(["suspended"])
    expect(await countActiveApiKeys(disabled.caller)).toBe(0)
  })
})

test("a new organization's first steps are a key and a call, however many keys came after", async () => {
  const person = await createPerson()
  expect(await getFirstSteps(person.caller)).toEqual({ hasKey: false, hasCalled: false })
  const { id } = await createKey(person)
  expect(await getFirstSteps(person.caller)).toEqual({ hasKey: true, hasCalled: false })
  await db().apiKey.update({ where: { id }, data: { lastUsedAt: new Date() }, select: { id: true } })
  for (let count = 0; count < 25; count++) await createKey(person)
  expect(await getFirstSteps(person.caller)).toEqual({ hasKey: true, hasCalled: true })
})

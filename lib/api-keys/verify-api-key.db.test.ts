import { afterEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addDuration } from "../duration"
import * as environment from "../env"
import { TOKEN_LENGTH_MAX } from "../input"
import { codeOf } from "../testing/code-of"
import { createKey, createPerson, type Person } from "../testing/factories"
import { source } from "../testing/request-source"
import { flushUsageLog } from "../usage/usage-log"
import { generateApiKey } from "./api-key-format"
import { verifyApiKeySchema } from "./api-keys.schema"
import { authenticateApiKey } from "./authenticate-api-key"
import { verifyApiKey } from "./verify-api-key"

afterEach(async () => {
  vi.restoreAllMocks()
  await flushUsageLog()
})

/** A back end of the person's organization, which holds a key that may ask. */
async function backEndOf(person: Person, scopes = ["keys:verify"]) {
  const caller = await authenticateApiKey((await createKey(person, { scopes })).secret, source)
  if (!caller) throw new Error("the key works")
  return caller
}

const notFound = { valid: false, code: "NOT_FOUND" }

describe("verifyApiKey", () => {
  test("says of a working key whose it is, what it may do and what is left of its limit", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, { rateLimitPerMinute: 3 })
    const answer = await verifyApiKey(await backEndOf(person), { apiKey: secret, scopes: ["ai:invoke"] })
    expect(answer).toEqual({
      valid: true,
      code: "VALID",
      keyId: id,
      organizationId: person.caller.organization.id,
      scopes: ["ai:invoke"],
      rateLimit: { limit: 3, remaining: 2, reset: 60 },
    })
  })

  test.each([
    ["REVOKED", { revokedAt: new Date() }, {}],
    ["EXPIRED", { expiresAt: addDuration(new Date(), -1) }, {}],
    ["SUSPENDED", { suspendedAt: new Date() }, {}],
    ["INSUFFICIENT_SCOPE", {}, { scopes: ["ai:invoke", "keys:verify"] }],
    ["INSUFFICIENT_SCOPE", { scopes: ["members:write"] }, { scopes: ["members:write"] }],
    ["IP_NOT_ALLOWED", { allowedCidrs: ["192.0.2.0/24"] }, { ip: "198.51.100.1" }],
    ["IP_NOT_ALLOWED", { allowedCidrs: ["192.0.2.0/24"] }, {}],
    ["VALID", { allowedCidrs: ["192.0.2.0/24"] }, { ip: "192.0.2.9" }],
    ["VALID", { allowedCidrs: ["192.0.2.0/24"] }, { ip: "::ffff:192.0.2.9" }],
    ["VALID", { allowedCidrs: ["2001:db8::/32"] }, { ip: "2001:0DB8:0::1" }],
    ["VALID", {}, { ip: "198.51.100.1", scopes: [] }],
  ])("says %s of a key with %j used with %j", async (code, overrides, use) => {
    const person = await createPerson()
    const { id, secret } = await createKey(person, overrides)
    expect(await verifyApiKey(await backEndOf(person), { apiKey: secret, ...use })).toMatchObject({
      code,
      valid: code === "VALID",
      keyId: id,
    })
  })

  test("counts each use that it allows: RATE_LIMITED beyond, with the seconds to wait", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person, { rateLimitPerMinute: 1 })
    const caller = await backEndOf(person)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => verifyApiKey(caller, { apiKey: secret })),
    )
    expect(answers.filter(({ valid }) => valid)).toHaveLength(1)
    const refused = answers.filter(({ code }) => code === "RATE_LIMITED")
    expect(refused).toHaveLength(19)
    expect(refused[0]?.rateLimit).toEqual({ limit: 1, remaining: 0, reset: 60 })
  })

  test("says NOT_FOUND of no key, an unknown one and another organization's, and counts nothing there", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const foreign = await createKey(grace, { rateLimitPerMinute: 1 })
    const caller = await backEndOf(ada)
    const unknown = generateApiKey(ada.caller.organization.id)
    for (const apiKey of ["", "sk_", "junk", unknown, foreign.secret])
      expect(await verifyApiKey(caller, { apiKey })).toEqual(notFound)
    await flushUsageLog()
    expect(await db().apiKeyRequest.count({ where: { apiKeyId: foreign.id } })).toBe(0)
    expect(await verifyApiKey(await backEndOf(grace), { apiKey: foreign.secret })).toMatchObject({
      code: "VALID",
    })
  })

  test("answers the operator's organization about all keys, and it alone", async () => {
    const [operator, customer] = [await createPerson(), await createPerson()]
    const { id, secret } = await createKey(customer)
    const ask = async () => verifyApiKey(await backEndOf(operator), { apiKey: secret })
    expect(await ask()).toEqual(notFound)
    const OPERATOR_ORGANIZATION_ID = operator.caller.organization.id
    const variables = { ...environment.env(), OPERATOR_ORGANIZATION_ID }
    vi.spyOn(environment, "env").mockReturnValue(variables)
    expect(await ask()).toMatchObject({ code: "VALID", keyId: id })
    const mine = await createKey(operator)
    expect(await verifyApiKey(await backEndOf(customer), { apiKey: mine.secret })).toEqual(notFound)
  })

  test("is for callers with keys:verify: no other key, no member, no program without it", async () => {
    const owner = await createPerson()
    const member = await createPerson({ role: "member", organizationId: owner.caller.organization.id })
    const { secret } = await createKey(owner)
    for (const caller of [
      await backEndOf(owner, ["ai:invoke"]),
      await backEndOf(member),
      member.caller,
      { ...owner.caller, scopes: ["ai:invoke", "api_keys:write"] },
    ])
      expect(await codeOf(verifyApiKey(caller, { apiKey: secret }))).toBe("forbidden")
    expect((await verifyApiKey(owner.caller, { apiKey: secret })).valid).toBe(true)
  })

  test("stops for a back end whose key's creator may no longer", async () => {
    const admin = await createPerson({ role: "admin" })
    const { secret } = await createKey(admin, { scopes: ["keys:verify"] })
    const { id: userId } = admin.caller.user
    const organizationId = admin.caller.organization.id
    await db().membership.update({
      where: { organizationId_userId: { organizationId, userId } },
      data: { role: "member" },
    })
    const caller = await authenticateApiKey(secret, source)
    expect(caller && (await codeOf(verifyApiKey(caller, { apiKey: secret })))).toBe("forbidden")
  })

  test("leaves a line in the log of the key that was asked about, not of the one that asked", async () => {
    const person = await createPerson()
    const { id, secret } = await createKey(person)
    const caller = await backEndOf(person)
    await verifyApiKey(caller, { apiKey: secret, scopes: ["ai:invoke"], ip: "203.0.113.9" })
    await verifyApiKey(caller, { apiKey: secret, scopes: ["keys:verify"] })
    await flushUsageLog()
    const uses = await db().apiKeyRequest.findMany({ where: { apiKeyId: id }, orderBy: { time: "asc" } })
    expect(uses).toMatchObject([
      { outcome: "VALID", ipAddress: "203.0.113.9", route: "/api/v1/api-keys/verify", userAgent: null },
      { outcome: "INSUFFICIENT_SCOPE", ipAddress: null },
    ])
    expect(await db().apiKeyRequest.count({ where: { apiKeyId: caller.keyId } })).toBe(0)
    const sightings = await db().apiKeySighting.findMany({ where: { apiKeyId: id, kind: "scope" } })
    expect(sightings).toMatchObject([{ value: "ai:invoke", requests: 1n }])
  })
})

describe("the body of the question", () => {
  test.each<[unknown]>([
    [{}],
    [{ api_key: 7 }],
    [{ api_key: "x", ip: "somewhere" }],
    [{ api_key: "x", ip: "192.0.2.0/24" }],
    [{ api_key: "x", ip: "" }],
    [{ api_key: "x", ip: null }],
    [{ api_key: "x", scopes: "ai:invoke" }],
    [{ api_key: "x", scopes: Array(51).fill("ai:invoke") }],
    [{ api_key: "x", organization_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }],
    [[]],
    [null],
  ])("refuses %j", (body) => {
    expect(verifyApiKeySchema.safeParse(body).success).toBe(false)
  })

  test("takes a key as long as any token may be, and no longer", () => {
    const lengths = [TOKEN_LENGTH_MAX, TOKEN_LENGTH_MAX + 1]
    const taken = lengths.map(
      (length) => verifyApiKeySchema.safeParse({ api_key: "x".repeat(length) }).success,
    )
    expect(taken).toEqual([true, false])
  })
})

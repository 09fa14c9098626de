// POST /api/v1/credentials/revoke, by anybody, without a credential:
//   {"credential": "<sk_… or rt_…>"} or {"credentials": ["<…>", 1 to 500 of them]}
//   200 {"status":"revoked"}, Cache-Control: no-store, whether or not anybody knows them
//   400 invalid_input for neither or both, for none, for more than 500; 413 over 64 kB; 415 for what is not JSON
import { describe, expect, test, vi } from "vitest"
import { generateApiKey } from "@/lib/api-keys/api-key-format"
import { restoreApiKey, revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { rotateApiKey } from "@/lib/api-keys/api-key-rotation"
import { checkApiKey } from "@/lib/api-keys/check-api-key"
import { generateCheckedToken } from "@/lib/auth/checked-token"
import { db } from "@/lib/db"
import { log } from "@/lib/log"
import { auditActionsOn, createKey, createPerson, createProgram, type Person } from "@/lib/testing/factories"
import { call } from "@/lib/testing/requests"
import * as route from "./route"

const report = (body: unknown) => call(route.POST, { method: "POST", body })

const codeOf = async (secret: string) => (await checkApiKey(secret, { address: null })).code

async function mailsTo({ caller }: Person) {
  const mails = await db().mail.findMany({
    where: { to: caller.user.email },
    orderBy: { id: "asc" },
    select: { subject: true, text: true },
  })
  return mails
}

const keyRow = (id: string) =>
  db().apiKey.findUniqueOrThrow({
    where: { id },
    select: { revokedAt: true, revokedReason: true, leaked: true },
  })

describe("200", () => {
  test("a key is refused from then on, its admins are told, and nobody can undo it", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada, { name: "CI" })
    const { status, body, headers } = await report({ credential: secret })
    expect([status, body, headers.get("cache-control")]).toEqual([200, { status: "revoked" }, "no-store"])
    expect(await codeOf(secret)).toBe("REVOKED")
    expect(await keyRow(id)).toMatchObject({
      leaked: true,
      revokedReason: "Reported as leaked by its holder",
    })
    const [event] = await db().auditEvent.findMany({ where: { targetId: id } })
    expect(event).toMatchObject({
      action: "api_key.revoked",
      organizationId: ada.caller.organization.id,
      actorType: "system",
      details: { name: "CI", leaked: true, source: "holder", url: null },
    })
    expect(JSON.stringify(event)).not.toContain(secret.slice(-40))
    const mails = await mailsTo(ada)
    expect(mails).toMatchObject([{ subject: expect.stringContaining("CI") }])
    expect(mails[0]?.text).toContain("Reported as leaked by its holder")
    await expect(restoreApiKey(ada.caller, { id })).rejects.toMatchObject({ code: "conflict" })
  })

  test("told again, or twenty times at once, one is recorded and mailed", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const answers = await Promise.all(Array.from({ length: 20 }, () => report({ credential: secret })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await report({ credentials: [secret, secret] })
    expect(await auditActionsOn(id)).toEqual(["api_key.revoked"])
    expect(await mailsTo(ada)).toHaveLength(1)
  })

  test("a refresh token ends its sign-in and every token of it", async () => {
    const ada = await createPerson()
    const { refreshToken, sessionId } = await createProgram(ada)
    await report({ credentials: [refreshToken, generateCheckedToken("rt_")] })
    const session = await db().session.findUniqueOrThrow({
      where: { id: sessionId },
      select: { endReason: true },
    })
    expect(session.endReason).toBe("reuse_detected")
    expect(await auditActionsOn(sessionId)).toContain("session.ended")
  })

  test("says the same, byte for byte, of one that nobody knows and of what is none", async () => {
    const ada = await createPerson()
    const { secret } = await createKey(ada)
    const unknown = [generateApiKey(ada.caller.organization.id), "sk_x", "hello", generateCheckedToken("rt_")]
    const answers = []
    for (const credential of [secret, secret, ...unknown]) answers.push(await report({ credential }))
    const told = answers.map(({ status, body, headers }) => [
      status,
      body,
      // The quota is that of who asks, whatever they ask.
      [...headers].filter(([name]) => !["x-request-id", "ratelimit"].includes(name)),
    ])
    for (const one of told) expect(one).toEqual(told[0])
  })

  test("takes the same statements for 500 as for one", async () => {
    const ada = await createPerson()
    const unknown = () => generateApiKey(ada.caller.organization.id)
    const query = vi.spyOn(db(), "$queryRaw")
    await report({ credential: unknown() })
    const one = query.mock.calls.length
    query.mockClear()
    await report({ credentials: Array.from({ length: 500 }, unknown) })
    expect([one, query.mock.calls.length]).toEqual([1, 1])
    query.mockRestore()
  })

  test("logs no credential", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true)
    log.level = "debug"
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    await rotateApiKey(ada.caller, { id, overlapSeconds: 0 })
    await report({ credentials: [secret, "sk_notakey"] })
    log.level = "silent"
    const lines = JSON.stringify(written.mock.calls)
    written.mockRestore()
    expect(lines).toContain("works no more")
    expect(lines).not.toContain(secret.slice(30))
  })
})

describe("which secrets of a key end it", () => {
  test("one that a rotation replaced and whose overlap lasts: it works, so the key ends", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const rotated = await rotateApiKey(ada.caller, { id, overlapSeconds: 3600 })
    await report({ credential: secret })
    expect([await codeOf(secret), await codeOf(rotated.secret)]).toEqual(["REVOKED", "REVOKED"])
  })

  test("one whose overlap is over: it opens nothing, so the key goes on", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const rotated = await rotateApiKey(ada.caller, { id, overlapSeconds: 0 })
    await report({ credential: secret })
    expect(await codeOf(rotated.secret)).toBe("VALID")
    expect(await keyRow(id)).toMatchObject({ leaked: false })
  })

  test("a key that was revoked for another reason can be restored no more, and keeps its reason", async () => {
    const ada = await createPerson()
    const { id, secret } = await createKey(ada)
    const { revokedAt } = await revokeApiKey(ada.caller, { id, reason: "Old" })
    await report({ credential: secret })
    expect(await keyRow(id)).toEqual({ revokedAt, revokedReason: "Old", leaked: true })
    await expect(restoreApiKey(ada.caller, { id })).rejects.toMatchObject({ code: "conflict" })
  })
})

describe("400", () => {
  test.each([
    {},
    { credential: "" },
    { credential: 7 },
    { credential: "sk_a", credentials: ["sk_b"] },
    { credentials: [] },
    { credentials: ["sk_a", null] },
    { credentials: Array.from({ length: 501 }, () => "sk_a") },
    { api_key: "sk_a" },
  ])("refuses %j", async (body) => {
    expect(await report(body)).toMatchObject({ status: 400, body: { code: "invalid_input" } })
  })
})

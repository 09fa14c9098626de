import { describe, expect, test } from "vitest"
import { authenticateApiKey } from "../api-keys/authenticate-api-key"
import { db } from "../db"
import { auditActionsOn, createKey, createPerson, type Person } from "../testing/factories"
import { answerFinding, listFindings } from "./findings"
import { SUSPENDED_BY_WATCHMAN } from "./watchman"
import { getWatchmanMode, setWatchmanMode } from "./watchman-mode"

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

type Options = { suspended?: boolean; evidence?: object; rule?: string; key?: { id: string; secret: string } }

async function createFinding(person: Person, options: Options = {}) {
  const { suspended = false, evidence = {}, rule = "volume" } = options
  const key = options.key ?? (await createKey(person))
  if (suspended)
    await db().apiKey.update({
      where: { id: key.id },
      data: { suspendedAt: new Date(), suspendedReason: `${SUSPENDED_BY_WATCHMAN}It was.` },
    })
  const { id } = await db().apiKeyFinding.create({
    data: {
      organizationId: person.caller.organization.id,
      apiKeyId: key.id,
      rule,
      severity: "critical",
      evidence: { headline: "It was.", requests: 7, ...evidence },
      suspendedKey: suspended,
    },
  })
  return { id, key }
}

const works = async ({ secret }: { secret: string }) =>
  (await authenticateApiKey(secret, { requestId: "r", clientAddress: "192.0.2.7", userAgent: "test" })) !==
  null

describe("listFindings", () => {
  test("shows the organization's own, open or not, newest first, and those of one key", async () => {
    const [ada, stranger] = [await createPerson(), await createPerson()]
    await createFinding(stranger)
    const first = await createFinding(ada)
    const second = await createFinding(ada)
    await answerFinding(ada.caller, { id: first.id, answer: "it_was_us" })
    const ids = async (input = {}) => (await listFindings(ada.caller, input)).items.map(({ id }) => id)
    expect((await ids()).sort()).toEqual([first.id, second.id].sort())
    expect(await ids({ open: true })).toEqual([second.id])
    expect(await ids({ open: false })).toEqual([first.id])
    expect(await ids({ apiKeyId: second.key.id })).toEqual([second.id])
    const page = await listFindings(ada.caller, { limit: 1 })
    const next = await listFindings(ada.caller, { limit: 1, cursor: page.nextCursor ?? undefined })
    expect(new Set([...page.items, ...next.items].map(({ id }) => id))).toEqual(
      new Set([first.id, second.id]),
    )
    expect(next.nextCursor).toBeNull()
  })

  test("tells in words what it rests on", async () => {
    const ada = await createPerson()
    await createFinding(ada)
    expect((await listFindings(ada.caller)).items).toMatchObject([
      {
        headline: "It was.",
        details: ["Requests: 7"],
        apiKeyName: "Test key",
        suggestedLimitPerMinute: 60,
        answer: null,
      },
    ])
  })

  test("knows no key of another organization", async () => {
    const [ada, stranger] = [await createPerson(), await createPerson()]
    const { key } = await createFinding(stranger)
    expect(await codeOf(listFindings(ada.caller, { apiKeyId: key.id }))).toBe("not_found")
  })
})

describe("answerFinding", () => {
  test("it_was_us resumes a key that the watchman suspended, and changes nothing else", async () => {
    const ada = await createPerson()
    const { id, key } = await createFinding(ada, { suspended: true })
    expect(await works(key)).toBe(false)
    const answered = await answerFinding(ada.caller, { id, answer: "it_was_us" })
    expect(answered).toMatchObject({
      finding: { answer: "it_was_us", answeredBy: { id: ada.caller.user.id } },
      key: { status: "active", suspendedReason: null, openFindings: 0 },
      secret: null,
    })
    expect(await works(key)).toBe(true)
    expect(await auditActionsOn(key.id)).toEqual(["api_key.finding_answered", "api_key.resumed"])
  })

  test("it_was_us leaves a suspension that is a person's, or another open finding's", async () => {
    const ada = await createPerson()
    const theirs = await createFinding(ada, { suspended: true })
    await db().apiKey.update({ where: { id: theirs.key.id }, data: { suspendedReason: "Ours" } })
    await answerFinding(ada.caller, { id: theirs.id, answer: "it_was_us" })
    expect(await works(theirs.key)).toBe(false)

    const first = await createFinding(ada, { suspended: true })
    const second = await createFinding(ada, { suspended: true, key: first.key, rule: "new_country" })
    await answerFinding(ada.caller, { id: first.id, answer: "it_was_us" })
    expect(await works(first.key)).toBe(false)
    await answerFinding(ada.caller, { id: second.id, answer: "it_was_us" })
    expect(await works(first.key)).toBe(true)
  })

  test("limit sets what the finding suggests, never more than there was, and resumes", async () => {
    const ada = await createPerson()
    const evidence = { suggestedLimitPerMinute: 25 }
    const { id, key } = await createFinding(ada, { suspended: true, evidence })
    const { key: limited } = await answerFinding(ada.caller, { id, answer: "limit" })
    expect(limited).toMatchObject({ rateLimitPerMinute: 25, status: "active" })

    const again = await createFinding(ada, { key, evidence: { suggestedLimitPerMinute: 500 } })
    expect((await answerFinding(ada.caller, { id: again.id, answer: "limit" })).key.rateLimitPerMinute).toBe(
      25,
    )
    const plain = await createFinding(ada)
    expect((await answerFinding(ada.caller, { id: plain.id, answer: "limit" })).key.rateLimitPerMinute).toBe(
      60,
    )
  })

  test("suspend suspends, and no later answer undoes it", async () => {
    const ada = await createPerson()
    const { id, key } = await createFinding(ada)
    expect((await answerFinding(ada.caller, { id, answer: "suspend" })).key).toMatchObject({
      status: "suspended",
      suspendedReason: "After an unusual use: It was.",
    })

    const first = await createFinding(ada, { suspended: true })
    const second = await createFinding(ada, { suspended: true, key: first.key, rule: "new_country" })
    await answerFinding(ada.caller, { id: first.id, answer: "suspend" })
    await answerFinding(ada.caller, { id: second.id, answer: "it_was_us" })
    expect(await works(first.key)).toBe(false)
    expect(await works(key)).toBe(false)
  })

  test("revoke_and_rotate ends the old secret at once and hands out a new one that works", async () => {
    const ada = await createPerson()
    const { id, key } = await createFinding(ada, { suspended: true })
    const { secret } = await answerFinding(ada.caller, { id, answer: "revoke_and_rotate" })
    expect(await works(key)).toBe(false)
    expect(secret && (await works({ secret }))).toBe(true)
  })

  test("is undone whole where the key's state rules it out", async () => {
    const ada = await createPerson()
    const { id, key } = await createFinding(ada)
    await db().apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } })
    for (const answer of ["limit", "suspend", "revoke_and_rotate"] as const)
      expect(await codeOf(answerFinding(ada.caller, { id, answer }))).toBe("conflict")
    expect((await listFindings(ada.caller, { open: true })).items).toHaveLength(1)
    expect(await auditActionsOn(key.id)).toEqual([])
    expect(await codeOf(answerFinding(ada.caller, { id, answer: "it_was_us" }))).toBe("ok")
  })

  test("of several at once one counts", async () => {
    const ada = await createPerson()
    const { id, key } = await createFinding(ada)
    const answers = ["suspend", "revoke_and_rotate", "it_was_us", "limit"] as const
    const codes = await Promise.all(
      answers.map((answer) => codeOf(answerFinding(ada.caller, { id, answer }))),
    )
    expect(codes.sort()).toEqual(["conflict", "conflict", "conflict", "ok"])
    expect(
      (await auditActionsOn(key.id)).filter((action) => action === "api_key.finding_answered"),
    ).toHaveLength(1)
  })

  test("is refused to a member, and not there for another organization or key", async () => {
    const [ada, stranger] = [await createPerson(), await createPerson()]
    const { id } = await createFinding(ada)
    const member = await createPerson({ role: "member", organizationId: ada.caller.organization.id })
    const other = await createKey(ada)
    expect(await codeOf(answerFinding(member.caller, { id, answer: "suspend" }))).toBe("forbidden")
    expect(await codeOf(answerFinding(stranger.caller, { id, answer: "suspend" }))).toBe("not_found")
    expect(await codeOf(answerFinding(ada.caller, { id, apiKeyId: other.id, answer: "suspend" }))).toBe(
      "not_found",
    )
    expect((await listFindings(ada.caller, { open: true })).items).toHaveLength(1)
  })
})

describe("setWatchmanMode", () => {
  test("changes it and records that, once", async () => {
    const { caller } = await createPerson({ role: "admin" })
    expect(await getWatchmanMode(caller)).toBe("notify")
    await setWatchmanMode(caller, { mode: "suspend" })
    await setWatchmanMode(caller, { mode: "suspend" })
    expect(await getWatchmanMode(caller)).toBe("suspend")
    expect(await auditActionsOn(caller.organization.id)).toEqual(["organization.watchman_changed"])
  })

  test("is refused to a member, and changes nothing", async () => {
    const { caller } = await createPerson({ role: "member" })
    expect(await codeOf(setWatchmanMode(caller, { mode: "suspend" }))).toBe("forbidden")
    expect(await getWatchmanMode(caller)).toBe("notify")
  })
})

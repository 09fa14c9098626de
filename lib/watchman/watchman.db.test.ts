import { beforeEach, describe, expect, test, vi } from "vitest"
import type { WatchmanMode } from "@/prisma/generated/enums"
import { db } from "../db"
import { addDuration, hours, minutes } from "../duration"
import { log } from "../log"
import { auditActionsOn, createKey, createPerson, type Person } from "../testing/factories"
import { type History, keyHistories } from "../testing/key-histories"
import { type Batch, replay } from "../testing/key-replay"
import { storeUse } from "../testing/stored-use"
import { listKeysInUse, loadActivities } from "./activity"
import { answerFinding } from "./findings"
import { findingsOf, type KeyActivity } from "./rules"
import { watchApiKeys } from "./watchman"

const unreadable = vi.hoisted(() => new Set<string>())

vi.mock("./activity", async (original) => {
  const { loadActivities, ...others } = await original<typeof import("./activity")>()
  return {
    ...others,
    async loadActivities(...[db, keys, now]: Parameters<typeof loadActivities>) {
      if (keys.some(({ id }) => unreadable.has(id))) await db.$queryRaw`SELECT 1 / 0`
      return loadActivities(db, keys, now)
    },
  }
})

// A round looks at every key there is, and says how much it found.
beforeEach(async () => {
  await db().apiKeyUsage.deleteMany()
})

const histories = keyHistories(1)

function historyNamed(name: string): History {
  const history = histories.find((one) => one.name === `${name} #1`)
  if (!history) throw new Error(`there is no history ${name}`)
  return history
}

/** A life until some time after its turn: what was stored of it by then, and what the rules see. */
function lifeUntil({ createdAt, batches, turnsAt }: History, age: number) {
  const until = addDuration(turnsAt ?? createdAt, age).getTime()
  const lived: Batch[] = batches.filter(({ minute }) => minute <= until)
  let activity: KeyActivity | undefined
  for (activity of replay(createdAt, lived));
  if (!activity) throw new Error("nothing happened")
  return { batches: lived, activity }
}

async function storedKey(
  name: string,
  {
    age = minutes(50),
    mode = "notify" as WatchmanMode,
    person,
  }: { age?: number; mode?: WatchmanMode; person?: Person } = {},
) {
  const owner = person ?? (await createPerson())
  const organizationId = owner.caller.organization.id
  await db().organization.update({ where: { id: organizationId }, data: { watchmanMode: mode } })
  const { id } = await createKey(owner)
  const history = historyNamed(name)
  const { batches, activity } = lifeUntil(history, age)
  await db().apiKey.update({ where: { id }, data: { createdAt: history.createdAt } })
  await storeUse({ organizationId, apiKeyId: id }, { batches, sightings: activity.sightings })
  return { owner, id, organizationId, activity, now: activity.now }
}

const findingsIn = (apiKeyId: string) =>
  db().apiKeyFinding.findMany({ where: { apiKeyId }, orderBy: { id: "asc" } })
const mailsTo = ({ caller }: Person) =>
  db().mail.findMany({ where: { to: caller.user.email }, select: { subject: true, text: true } })
const standingOf = (id: string) =>
  db().apiKey.findUniqueOrThrow({ where: { id }, select: { suspendedAt: true, suspendedReason: true } })

const abroad = "scraping from abroad, 20 times"
const lowRate = "from abroad at a low rate, same client"

describe("loadActivities", () => {
  test.each([
    abroad,
    "a search for what it may do, from abroad",
    "thousands of requests with a secret that a rotation ended",
  ])("sees what the rules were measured on: %s", async (name) => {
    const { id, activity, now } = await storedKey(name)
    const loaded = (await loadActivities(db(), [{ id, createdAt: activity.createdAt }], now)).get(id)
    const inOrder = ({ sightings, failing, ...others }: KeyActivity) => ({
      ...others,
      failing: failing.toSorted((a, b) => (a.operation < b.operation ? -1 : 1)),
      sightings: sightings.toSorted((a, b) => (a.kind + a.value < b.kind + b.value ? -1 : 1)),
    })
    expect(loaded && inOrder(loaded)).toEqual(inOrder(activity))
  })

  test("mixes no keys up", async () => {
    const first = await storedKey(abroad)
    const second = await storedKey(lowRate)
    const keys = [first, second].map(({ id, activity }) => ({ id, createdAt: activity.createdAt }))
    const loaded = await loadActivities(db(), keys, first.now)
    expect(loaded.get(first.id)?.hours).toEqual(first.activity.hours)
    expect(loaded.get(second.id)?.hours).toEqual(second.activity.hours)
  })
})

test("listKeysInUse goes through the keys of the last minutes, each once", async () => {
  const { id, now } = await storedKey(lowRate)
  const listed = (at: Date, after = "") => listKeysInUse(db(), { now: at, after, limit: 1000 })
  expect((await listed(now)).filter((one) => one === id)).toEqual([id])
  expect(await listed(now, id)).not.toContain(id)
  expect(await listed(addDuration(now, hours(1)))).not.toContain(id)
})

describe("watchApiKeys", () => {
  test("opens what the rules find, with an audit row each and one mail to the admins, not to members", async () => {
    const { owner, id, organizationId, activity, now } = await storedKey(abroad)
    const member = await createPerson({ role: "member", organizationId })
    await watchApiKeys(now)
    const expected = findingsOf(activity)
    expect(expected.map(({ rule }) => rule)).toEqual(["new_country", "volume"])
    expect(await findingsIn(id)).toMatchObject(
      expected.map(({ rule, severity, headline, evidence }) => ({
        rule,
        severity,
        evidence: { headline, ...evidence },
        foundAt: now,
        suspendedKey: false,
        answer: null,
      })),
    )
    expect(await auditActionsOn(id)).toEqual(["api_key.finding_opened", "api_key.finding_opened"])
    const mails = await mailsTo(owner)
    expect(mails).toHaveLength(1)
    for (const { headline } of expected) expect(mails[0]?.text).toContain(headline)
    expect(await mailsTo(member)).toEqual([])
    expect((await standingOf(id)).suspendedAt).toBeNull()
  })

  test("says nothing twice while it is open, but keeps it up to date", async () => {
    const { owner, id, now } = await storedKey(abroad)
    await watchApiKeys(now)
    const later = addDuration(now, minutes(1))
    expect(await watchApiKeys(later)).toBe(0)
    const findings = await findingsIn(id)
    expect(findings.map(({ lastSeenAt }) => lastSeenAt)).toEqual([later, later])
    expect(findings.map(({ foundAt }) => foundAt)).toEqual([now, now])
    expect(await mailsTo(owner)).toHaveLength(1)
  })

  test("tells again of what has become more serious, and keeps the worse of two", async () => {
    const { owner, id, organizationId, now } = await storedKey(abroad)
    const evidence = { headline: "It was less." }
    for (const [rule, severity] of [
      ["new_country", "warning"],
      ["volume", "critical"],
    ] as const)
      await db().apiKeyFinding.create({ data: { organizationId, apiKeyId: id, rule, severity, evidence } })
    await watchApiKeys(now)
    expect(await findingsIn(id)).toMatchObject([
      { rule: "new_country", severity: "critical", evidence: { countries: expect.any(Array) } },
      { rule: "volume", severity: "critical", evidence, lastSeenAt: now },
    ])
    expect(await mailsTo(owner)).toHaveLength(1)
  })

  test("records a notice without a mail", async () => {
    const { owner, id, now } = await storedKey(
      "another network of the same country, in disguise, at a low rate",
      { age: minutes(12) },
    )
    await watchApiKeys(now)
    expect(await findingsIn(id)).toMatchObject([{ rule: "new_network", severity: "notice" }])
    expect(await mailsTo(owner)).toEqual([])
  })

  test("is silent for a day after the answer that it was us", async () => {
    const { owner, id, now } = await storedKey(abroad)
    await watchApiKeys(now)
    for (const { id: finding } of await findingsIn(id))
      await answerFinding(owner.caller, { id: finding, answer: "it_was_us" })
    const answered = (age: number) =>
      db().apiKeyFinding.updateMany({ where: { apiKeyId: id }, data: { answeredAt: addDuration(now, -age) } })
    await answered(hours(24) - 1)
    expect(await watchApiKeys(now)).toBe(0)
    await answered(hours(24))
    expect(await watchApiKeys(now)).toBe(2)
  })

  test("two at once find everything once", async () => {
    const { owner, id, now } = await storedKey(abroad)
    await Promise.all([watchApiKeys(now), watchApiKeys(now), watchApiKeys(now)])
    expect(await findingsIn(id)).toHaveLength(2)
    expect(await mailsTo(owner)).toHaveLength(1)
  })

  test("looks at no revoked key", async () => {
    const { id, now } = await storedKey(abroad)
    await db().apiKey.update({ where: { id }, data: { revokedAt: now } })
    await watchApiKeys(now)
    expect(await findingsIn(id)).toEqual([])
  })

  test("passes over a key whose use cannot be read, and over no other, in its batch or after it", async () => {
    const person = await createPerson()
    const { id: broken } = await createKey(person)
    unreadable.add(broken)
    const beside = await storedKey(abroad)
    const { now } = beside
    const organizationId = person.caller.organization.id
    const used = { organizationId, resolution: "minute" as const, start: addDuration(now, -minutes(1)) }
    const answered = { outcome: "VALID" as const, status: 200, method: "GET", route: "/api/v1/me" }
    // Those of keys that were deleted fill the batch.
    const ids = [broken, ...Array.from({ length: 50 }, (_, index) => `${beside.id}-${index}`)]
    await db().apiKeyUsage.createMany({
      data: ids.map((apiKeyId) => ({ ...used, ...answered, apiKeyId, requests: 1, latencyMsSum: 1 })),
    })
    const after = await storedKey(abroad)
    const warnings = vi.spyOn(log, "warn")
    expect(await watchApiKeys(now)).toBe(4)
    for (const { id } of [beside, after]) expect(await findingsIn(id)).toHaveLength(2)
    expect(warnings.mock.calls.map(([fields]) => fields)).toEqual([
      { err: expect.any(Error), keys: 50 },
      { err: expect.any(Error), apiKeyId: broken },
    ])
    warnings.mockRestore()
  })

  describe("where critical findings suspend", () => {
    test("suspends the key, once, and says so", async () => {
      const { owner, id, now } = await storedKey(abroad, { mode: "suspend" })
      await watchApiKeys(now)
      expect(await standingOf(id)).toEqual({
        suspendedAt: now,
        suspendedReason: expect.stringMatching(/^The watchman suspended it: It is used from /),
      })
      expect(await findingsIn(id)).toMatchObject([
        { rule: "new_country", suspendedKey: true },
        { rule: "volume", suspendedKey: false },
      ])
      expect((await auditActionsOn(id)).filter((action) => action === "api_key.suspended")).toHaveLength(1)
      const [mail] = await mailsTo(owner)
      expect(mail?.subject).toMatch(/suspended/i)

      await watchApiKeys(addDuration(now, minutes(1)))
      expect((await auditActionsOn(id)).filter((action) => action === "api_key.suspended")).toHaveLength(1)
    })

    test("leaves a key that a person suspended as they did", async () => {
      const { id, now } = await storedKey(abroad, { mode: "suspend" })
      const theirs = { suspendedAt: addDuration(now, -minutes(1)), suspendedReason: "Ours" }
      await db().apiKey.update({ where: { id }, data: theirs })
      await watchApiKeys(now)
      expect(await standingOf(id)).toEqual(theirs)
      expect(await findingsIn(id)).toMatchObject([{ suspendedKey: false }, { suspendedKey: false }])
    })

    test.each([
      ["a warning", lowRate, 50],
      ["any number of refusals", "thousands of requests with a secret that a rotation ended", 50],
      ["any number of names", "a client that calls itself something else each time", 50],
      ["one odd request", "one odd request from abroad in the busiest hour", 61],
    ])("%s suspends nothing", async (_, name, age) => {
      const { id, now } = await storedKey(name, { mode: "suspend", age: minutes(age) })
      await watchApiKeys(now)
      expect(await findingsIn(id)).not.toEqual([])
      expect((await standingOf(id)).suspendedAt).toBeNull()
    })
  })
})

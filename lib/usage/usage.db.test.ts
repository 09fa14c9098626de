import { randomUUID } from "node:crypto"
import { describe, expect, test } from "vitest"
import { db } from "../db"
import { addDuration, days, hours, minutes } from "../duration"
import { codeOf } from "../testing/code-of"
import { createKey, createPerson } from "../testing/factories"
import { keyUse } from "../testing/key-use"
import { getApiKeyUsage, getOrganizationUsage } from "./usage"
import type { ApiKeyUse } from "./usage-log"
import { writeWhatCanBeWritten } from "./usage-writer"

const until = new Date("2031-05-10T12:30:30Z")
const ago = (milliseconds: number) => addDuration(until, -milliseconds)

async function newKey(name = "Test key") {
  const person = await createPerson()
  const { id } = await createKey(person, { name })
  return { person, id, organizationId: person.caller.organization.id }
}

type Overrides = Partial<Omit<ApiKeyUse, "id">>

async function write({ id, organizationId }: { id: string; organizationId: string }, uses: Overrides[]) {
  const key = { apiKeyId: id, organizationId }
  const batch = uses.map((use) => ({ id: randomUUID(), ...keyUse(key, { time: ago(minutes(1)), ...use }) }))
  expect(await writeWhatCanBeWritten(batch)).toBe(0)
}

describe("the usage of a key", () => {
  test("adds up by outcome, status and route, with a point for each span, also the empty ones", async () => {
    const key = await newKey()
    await write(key, [
      { time: ago(minutes(10)), latencyMs: 10 },
      { time: ago(minutes(10)), status: 404, latencyMs: 20 },
      { time: ago(minutes(5)), status: 500, route: "/api/v1/things/{id}", latencyMs: 60 },
      { status: 429, outcome: "RATE_LIMITED", latencyMs: 2 },
      { status: 403, outcome: "INSUFFICIENT_SCOPE", latencyMs: 8 },
    ])
    const query = { id: key.id, since: ago(minutes(20)), until }
    const usage = await getApiKeyUsage(key.person.caller, query)
    const totals = { requests: 5, succeeded: 1, clientErrors: 2, serverErrors: 1, refused: 1 }
    expect(usage.totals).toEqual({ ...totals, averageLatencyMs: 20 })
    expect(usage.resolution).toBe("minute")
    expect(usage.series).toHaveLength(21)
    expect(usage.series[0]?.start).toEqual(new Date("2031-05-10T12:10:00Z"))
    expect(usage.series.reduce((sum, { requests }) => sum + requests, 0)).toBe(5)
    expect(usage.byRoute).toEqual([
      { method: "GET", route: "/api/v1/me", requests: 4, averageLatencyMs: 10, errors: 3 },
      { method: "GET", route: "/api/v1/things/{id}", requests: 1, averageLatencyMs: 60, errors: 1 },
    ])
    expect(usage.byStatus.map(({ status }) => status).sort()).toEqual([200, 403, 404, 429, 500])
    expect(usage.recent).toHaveLength(5)
    expect(usage.recent.at(-1)?.time).toEqual(ago(minutes(10)))
  })

  test("by minute, hour and day says the same of the same time", async () => {
    const key = await newKey()
    const start = new Date("2031-05-10T00:00:00Z")
    await write(
      key,
      Array.from({ length: 40 }, (_, index) => ({ time: addDuration(start, minutes(17 * index)) })),
    )
    for (const resolution of ["minute", "hour", "day"] as const) {
      const query = { id: key.id, resolution, since: start, until: addDuration(start, days(1)) }
      const { totals, series } = await getApiKeyUsage(key.person.caller, query)
      expect(totals.requests).toBe(40)
      expect(series).toHaveLength({ minute: 1440, hour: 24, day: 1 }[resolution])
    }
  })

  test("chooses what suits the length of the time, and a day up to now where none is said", async () => {
    const { person, id } = await newKey()
    const chosen = async (length: number) =>
      (await getApiKeyUsage(person.caller, { id, since: ago(length), until })).resolution
    expect([await chosen(hours(2)), await chosen(days(3)), await chosen(days(30))]).toEqual([
      "minute",
      "hour",
      "day",
    ])
    const { since, until: now, totals } = await getApiKeyUsage(person.caller, { id })
    expect(now.getTime() - since.getTime()).toBeLessThanOrEqual(days(1) + hours(1))
    expect(totals).toMatchObject({ requests: 0, averageLatencyMs: null })
  })

  test.each([
    [{ since: until, until }],
    [{ since: addDuration(until, 1), until }],
    [{ since: ago(days(2)), until, resolution: "minute" as const }],
    [{ since: new Date("0001-01-01T00:00:00Z"), until }],
    [{ until: new Date("9999-12-31T23:59:59Z"), since: new Date(0) }],
  ])("refuses a time that cannot be shown: %j", async (query) => {
    const { person, id } = await newKey()
    expect(await codeOf(getApiKeyUsage(person.caller, { id, ...query }))).toBe("invalid_input")
    expect(await codeOf(getOrganizationUsage(person.caller, query))).toBe("invalid_input")
  })

  test("is shown to members, to no key, no narrow program and no other organization", async () => {
    const key = await newKey()
    await write(key, [{}])
    const { id, organizationId } = key
    const member = await createPerson({ role: "member", organizationId })
    const query = { since: ago(hours(1)), until }
    expect((await getApiKeyUsage(member.caller, { id, ...query })).totals.requests).toBe(1)
    const narrow = { ...key.person.caller, scopes: ["api_keys:write"] }
    expect(await codeOf(getApiKeyUsage(narrow, { id, ...query }))).toBe("forbidden")
    const stranger = await createPerson()
    expect(await codeOf(getApiKeyUsage(stranger.caller, { id, ...query }))).toBe("not_found")
    expect((await getOrganizationUsage(stranger.caller, query)).totals.requests).toBe(0)
  })
})

test("the usage of an organization is that of its keys, most used first, deleted ones too", async () => {
  const first = await newKey("First")
  const second = { ...first, ...(await createKey(first.person, { name: "Second" })) }
  const deleted = { ...first, ...(await createKey(first.person)) }
  await write(first, [{}])
  await write(second, [{}, {}, {}])
  await write(deleted, [{}, {}])
  await db().apiKey.delete({ where: { id: deleted.id } })
  const { totals, byKey } = await getOrganizationUsage(first.person.caller, { since: ago(hours(1)), until })
  expect(totals.requests).toBe(6)
  expect(byKey.map(({ name, requests }) => [name, requests])).toEqual([
    ["Second", 3],
    ["a deleted key", 2],
    ["First", 1],
  ])
})

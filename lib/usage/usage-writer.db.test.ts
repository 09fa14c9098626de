import { randomUUID } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { rotateApiKey } from "../api-keys/api-key-rotation"
import { db } from "../db"
import { addDuration, days, minutes, seconds } from "../duration"
import { createKey, createPerson } from "../testing/factories"
import { keyUse } from "../testing/key-use"
import { loadActivities } from "../watchman/activity"
import { listSightings } from "./sightings"
import type { ApiKeyUse } from "./usage-log"
import { SIGHTINGS_KEPT_MAX, writeApiKeyUses, writeWhatCanBeWritten } from "./usage-writer"

async function newKey() {
  const person = await createPerson()
  const { id } = await createKey(person)
  return { person, key: { apiKeyId: id, organizationId: person.caller.organization.id } }
}
type Key = Awaited<ReturnType<typeof newKey>>["key"]

const use = (key: Key, overrides: Partial<Omit<ApiKeyUse, "id">> = {}): ApiKeyUse => ({
  id: randomUUID(),
  ...keyUse(key, overrides),
})
const rowsOf = ({ apiKeyId }: Key) => db().apiKeyRequest.findMany({ where: { apiKeyId } })

/** The sums of what is counted of a key, by resolution. */
async function countedOf({ apiKeyId }: Key) {
  const sums = await db().apiKeyUsage.groupBy({
    by: ["resolution"],
    where: { apiKeyId },
    _sum: { requests: true, latencyMsSum: true },
    orderBy: { resolution: "asc" },
  })
  return sums.map(({ _sum }) => [_sum.requests, Number(_sum.latencyMsSum)])
}

const lastUsed = ({ apiKeyId }: Key) =>
  db().apiKey.findUniqueOrThrow({ where: { id: apiKeyId }, select: { lastUsedAt: true, lastUsedIp: true } })

describe("writing uses", () => {
  test("the counts of minutes, hours and days are those of the rows, whatever the uses", async () => {
    const anyUse = fc.record({
      offset: fc.integer({ min: -days(1), max: 0 }),
      outcome: fc.constantFrom("VALID", "REVOKED", "RATE_LIMITED", "INSUFFICIENT_SCOPE" as const),
      status: fc.constantFrom(200, 401, 429, 500),
      method: fc.constantFrom("GET", "POST"),
      route: fc.constantFrom("/a", "/b/{id}", "/ü ' \" \\ ☃"),
      latencyMs: fc.nat(100_000),
      ipAddress: fc.option(fc.constantFrom("192.0.2.1", "2001:db8::1", "8.8.8.8")),
      userAgent: fc.option(fc.string({ unit: "grapheme-ascii" })),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyUse, { maxLength: 30 }), { maxLength: 4 }), async (batches) => {
        const { key } = await newKey()
        for (const batch of batches)
          await writeApiKeyUses(
            batch.map(({ offset, ...one }) => use(key, { ...one, time: addDuration(new Date(), offset) })),
          )
        const rows = await rowsOf(key)
        expect(rows).toHaveLength(batches.flat().length)
        const sum = [rows.length, rows.reduce((total, { latencyMs }) => total + latencyMs, 0)]
        expect(await countedOf(key)).toEqual(rows.length === 0 ? [] : [sum, sum, sum])
      }),
      { numRuns: 25 },
    )
  })

  test("a batch that is written twice counts once, also beside new uses", async () => {
    const { key } = await newKey()
    const batch = Array.from({ length: 5 }, () => use(key))
    await writeApiKeyUses(batch)
    await writeApiKeyUses(batch)
    await Promise.all([writeApiKeyUses(batch), writeApiKeyUses([...batch, use(key)])])
    expect(await rowsOf(key)).toHaveLength(6)
    expect(await countedOf(key)).toEqual(Array(3).fill([6, 30]))
    const sightings = await db().apiKeySighting.findMany({ where: { apiKeyId: key.apiKeyId } })
    expect(sightings.map(({ requests }) => requests)).toEqual([6n, 6n])
  })

  test("a thousand calls move last_used_at a few times a minute, and only forward", async () => {
    const { key } = await newKey()
    const start = addDuration(new Date(), -minutes(5))
    const moves = new Set<number>()
    let before = 0
    for (let batch = 0; batch < 20; batch++) {
      // Fifty calls in three seconds, written late and in no order.
      const times = Array.from({ length: 50 }, (_, index) =>
        addDuration(start, seconds(3 * batch) + ((index * 7) % 50) * 60),
      )
      await writeApiKeyUses(times.map((time) => use(key, { time })))
      const at = (await lastUsed(key)).lastUsedAt?.getTime() ?? 0
      expect(at).toBeGreaterThanOrEqual(before)
      moves.add(at)
      before = at
    }
    expect(moves.size).toBeLessThanOrEqual(4)
    await writeApiKeyUses([use(key, { time: start, ipAddress: "198.51.100.1" })])
    expect(await lastUsed(key)).toMatchObject({ lastUsedAt: new Date(before), lastUsedIp: "192.0.2.7" })
  })

  test("refused uses are no use: they move nothing and are no sighting", async () => {
    const { key } = await newKey()
    await writeApiKeyUses([
      use(key, { outcome: "REVOKED", status: 401 }),
      use(key, { outcome: "RATE_LIMITED", status: 429 }),
      use(key, { outcome: "IP_NOT_ALLOWED", status: 403 }),
    ])
    expect(await lastUsed(key)).toEqual({ lastUsedAt: null, lastUsedIp: null })
    expect(await db().apiKeySighting.count({ where: { apiKeyId: key.apiKeyId } })).toBe(0)
  })

  test("tells of an old secret that somebody still holds, also when it was refused", async () => {
    const { person, key } = await newKey()
    await rotateApiKey(person.caller, { id: key.apiKeyId, overlapSeconds: 0 })
    const secret = await db().previousApiKeySecret.findFirstOrThrow({ where: { apiKeyId: key.apiKeyId } })
    await writeApiKeyUses([use(key, { previousSecretId: secret.id, outcome: "REVOKED", status: 401 })])
    const { lastUsedAt } = await db().previousApiKeySecret.findUniqueOrThrow({ where: { id: secret.id } })
    expect(lastUsedAt).toBeInstanceOf(Date)
    expect((await lastUsed(key)).lastUsedAt).toBeNull()
  })

  test("of a key that was deleted since holds up nothing", async () => {
    const { key } = await newKey()
    await writeApiKeyUses([use({ ...key, apiKeyId: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }), use(key)])
    expect(await rowsOf(key)).toHaveLength(1)
  })

  test("many writers of the same keys at once lose nothing", async () => {
    const keys = [await newKey(), await newKey(), await newKey()].map(({ key }) => key)
    const batches = Array.from({ length: 12 }, (_, batch) =>
      Array.from({ length: 60 }, (_, index) => {
        const key = keys[(batch % 2 === 0 ? index : 59 - index) % 3] as Key
        return use(key, { time: addDuration(new Date(), -seconds(30 * batch)) })
      }),
    )
    const writeUntilTaken = async (batch: ApiKeyUse[]): Promise<void> => {
      // A batch that lost a deadlock is retried, as the usage log does.
      await writeWhatCanBeWritten(batch).catch((error: { code?: string }) => {
        expect(error.code).toBe("unavailable")
        return writeUntilTaken(batch)
      })
    }
    await Promise.all(batches.map(writeUntilTaken))
    for (const key of keys) {
      expect(await rowsOf(key)).toHaveLength(240)
      expect(await countedOf(key)).toEqual(Array(3).fill([240, 1200]))
    }
  })
})

test("a key is seen more often than four bytes can count, and read by everybody who reads it", async () => {
  const { person, key } = await newKey()
  await writeApiKeyUses([use(key)])
  const before = 2_147_483_647
  await db().apiKeySighting.updateMany({ where: key, data: { requests: before } })
  expect(await writeWhatCanBeWritten([use(key)])).toBe(0)
  const after = [before + 1, before + 1]
  const listed = await listSightings(person.caller, { id: key.apiKeyId })
  expect(listed.map(({ requests }) => requests)).toEqual(after)
  const id = key.apiKeyId
  const activities = await loadActivities(db(), [{ id, createdAt: new Date() }], new Date())
  expect(activities.get(id)?.sightings.map(({ requests }) => requests)).toEqual(after)
})

test("of what a key was seen with so much is kept: then nothing new is, and what is known is counted on", async () => {
  const { key } = await newKey()
  await writeApiKeyUses([use(key, { userAgent: "known/1.0" })])
  await db().$executeRaw`
    INSERT INTO api_key_sightings (organization_id, api_key_id, kind, value, first_seen_at, last_seen_at, requests)
    SELECT ${key.organizationId}, ${key.apiKeyId}, 'client', 'made-up-' || number, now(), now(), 1
    FROM generate_series(2, ${SIGHTINGS_KEPT_MAX}::int) number`
  const { key: other } = await newKey()
  await writeApiKeyUses([
    use(key, { userAgent: "known/1.0", ipAddress: "198.51.100.1" }),
    use(key, { userAgent: "new/1.0" }),
    use(other, { userAgent: "new/1.0" }),
  ])
  const seenWith = ({ apiKeyId }: Key, kind: "client" | "network") =>
    db().apiKeySighting.findMany({
      where: { apiKeyId, kind, NOT: { value: { startsWith: "made-up" } } },
      orderBy: { value: "asc" },
      select: { value: true, requests: true },
    })
  expect(await seenWith(key, "client")).toEqual([{ value: "known", requests: 2n }])
  expect(await seenWith(key, "network")).toMatchObject([{ requests: 2n }, { requests: 1n }])
  expect(await seenWith(other, "client")).toEqual([{ value: "new", requests: 1n }])
})

describe("a batch that the database does not take", () => {
  test("for a day that nobody made ahead gets that day", async () => {
    const { key } = await newKey()
    const [past, future] = [addDuration(new Date(), -days(40)), addDuration(new Date(), days(30))]
    const batch = [use(key), use(key, { time: past }), use(key, { time: future })]
    await expect(writeApiKeyUses(batch)).rejects.toThrow()
    expect(await rowsOf(key)).toHaveLength(0)
    expect(await writeWhatCanBeWritten(batch)).toBe(0)
    expect(await rowsOf(key)).toHaveLength(3)
  })

  test("for one bad line loses that line alone", async () => {
    const { key } = await newKey()
    const bad: Partial<Omit<ApiKeyUse, "id">>[] = [
      { userAgent: "a\u0000b" },
      { route: "\ud800" },
      { status: 99_999 },
      { outcome: "UNHEARD_OF" as "VALID" },
      { latencyMs: Number.NaN },
      { time: new Date(Number.NaN) },
    ]
    const good = Array.from({ length: 100 }, () => use(key))
    const batch = [...good.slice(0, 50), ...bad.map((one) => use(key, one)), ...good.slice(50)]
    expect(await writeWhatCanBeWritten(batch)).toBe(bad.length)
    expect(await rowsOf(key)).toHaveLength(100)
    expect(await countedOf(key)).toEqual(Array(3).fill([100, 500]))
  })

  test("for a fault that is not the batch's own is kept whole", async () => {
    const { key } = await newKey()
    await db().$executeRaw`ALTER TABLE api_key_usage RENAME TO api_key_usage_away`
    try {
      await expect(writeWhatCanBeWritten([use(key), use(key)])).rejects.toThrow()
    } finally {
      await db().$executeRaw`ALTER TABLE api_key_usage_away RENAME TO api_key_usage`
    }
    expect(await rowsOf(key)).toHaveLength(0)
  })
})

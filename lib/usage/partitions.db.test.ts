import { describe, expect, test } from "vitest"
import { db } from "../db"
import { addDuration, days } from "../duration"
import { env } from "../env"
import { createMissingUsagePartitions, maintainUsagePartitions } from "./partitions"

async function partitions(): Promise<string[]> {
  const rows = await db().$queryRaw<{ name: string }[]>`
    SELECT child.relname AS name FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'api_key_requests'::regclass ORDER BY 1`
  return rows.map(({ name }) => name)
}
const nameOf = (day: Date) => `api_key_requests_${day.toISOString().slice(0, 10).replaceAll("-", "")}`

describe("the partitions of requests", () => {
  test("are made a week ahead, also by several at once, and dropped when they are past the retention", async () => {
    const now = addDuration(new Date(), days(20))
    const oldestKept = addDuration(now, -days(env().USAGE_RETENTION_DAYS))
    const [kept, dropped] = [oldestKept, addDuration(oldestKept, -days(1))]
    expect(await createMissingUsagePartitions([kept, dropped, dropped])).toBe(true)
    expect(await partitions()).toContain(nameOf(dropped))
    await Promise.all([1, 2, 3].map(() => maintainUsagePartitions(now)))
    const names = await partitions()
    for (let ahead = 0; ahead <= 7; ahead++) expect(names).toContain(nameOf(addDuration(now, days(ahead))))
    expect(names).toContain(nameOf(kept))
    expect(names).not.toContain(nameOf(dropped))
  })

  test("belong to days in UTC: the first and the last instant of one are in it", async () => {
    const day = new Date("2031-03-30T00:00:00Z")
    await createMissingUsagePartitions([day])
    expect(await createMissingUsagePartitions([day, new Date("2031-03-30T23:59:59.999Z")])).toBe(false)
    for (const time of [day, new Date("2031-03-30T23:59:59.999Z")]) {
      await db().apiKeyRequest.create({
        data: {
          ...{ time, organizationId: "organization", apiKeyId: "key", outcome: "VALID", status: 200 },
          ...{ method: "GET", route: "/", latencyMs: 1, requestId: "test-request" },
        },
      })
    }
    const [row] = await db().$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM api_key_requests_20310330`
    expect(row?.count).toBe(2n)
  })

  test("are not made for a time that is none", async () => {
    expect(await createMissingUsagePartitions([new Date(Number.NaN)])).toBe(false)
    expect(await createMissingUsagePartitions([])).toBe(false)
  })
})

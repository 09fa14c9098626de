import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, days } from "../duration"
import { env } from "../env"

// Requests of keys are kept in a partition for each day in UTC. Days are made ahead, and dropped whole: that takes a
// moment, however many rows they hold.

const DAYS_AHEAD = 7

/** Makes the partitions of the coming days and drops those past USAGE_RETENTION_DAYS. Throws unavailable. */
export async function maintainUsagePartitions(now = currentTime()): Promise<void> {
  await createUsagePartitions(now, addDuration(now, days(DAYS_AHEAD)))
  const oldestKept = utcDay(addDuration(now, -days(env().USAGE_RETENTION_DAYS)))
  await db().$executeRaw`SELECT drop_api_key_request_partitions(${oldestKept}::date)`
}

/** Makes the partitions of all days from `first` to `last` that are not there yet. */
export async function createUsagePartitions(first: Date, last: Date): Promise<void> {
  await db().$executeRaw`
    SELECT create_api_key_request_partition(day::date)
    FROM generate_series(${utcDay(first)}::date, ${utcDay(last)}::date, interval '1 day') AS day`
}

/** Makes the partitions that the times need and that nobody made ahead. Answers whether there was any. Throws unavailable. */
export async function createMissingUsagePartitions(times: readonly Date[]): Promise<boolean> {
  const needed = [...new Set(times.filter((time) => !Number.isNaN(time.getTime())).map(utcDay))]
  const missing = await db().$queryRaw<{ day: Date }[]>`
    SELECT day FROM unnest(${needed}::date[]) AS day
    WHERE to_regclass('api_key_requests_' || to_char(day, 'YYYYMMDD')) IS NULL`
  for (const { day } of missing) await createUsagePartitions(day, day)
  return missing.length > 0
}

function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}

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

function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}

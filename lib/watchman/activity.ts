import type { Db } from "../db"
import { addDuration, minutes } from "../duration"
import { acceptedOutcomes, acceptedSql, clientErrorSql } from "../usage/outcomes"
import type { Sighting } from "../usage/sightings"
import { BASELINE, BASELINE_ENDS, DAYS_OF_USE, ERROR_WINDOW, type KeyActivity, WINDOW } from "./rules"

// What the rules look at, from the counts that every chart reads. A handful of statements for a whole batch of keys,
// each by the beginning of a primary key, and none of them reads single requests.

/** Twice what may lie between a request and its being counted, and some rounds of maintenance. */
const IN_USE = minutes(5)
/** Of each kind and key; the known and the fresh apart, so that a flood of the one does not hide the other. */
const SIGHTINGS_MAX = 1000

/** The next ids, in order, of keys that were used in the last minutes. */
export async function listKeysInUse(
  db: Db,
  { now, after, limit }: { now: Date; after: string; limit: number },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT api_key_id AS id FROM api_key_usage
    WHERE resolution = 'minute' AND start > ${addDuration(now, -IN_USE)} AND api_key_id > ${after}
    ORDER BY api_key_id LIMIT ${limit}`
  return rows.map(({ id }) => id)
}

/** What the rules see of each of the keys. */
export async function loadActivities(
  db: Db,
  keys: { id: string; createdAt: Date }[],
  now: Date,
): Promise<Map<string, KeyActivity>> {
  const ids = keys.map(({ id }) => id)
  const activities = new Map(
    keys.map(({ id, createdAt }) => [
      id,
      { now, createdAt, hours: [], minutes: [], daysOfUse: [], failing: [], sightings: [] } as KeyActivity,
    ]),
  )
  for (const { id, ...hour } of await readHours(db, ids, now)) activities.get(id)?.hours.push(hour)
  for (const { id, ...minute } of await readMinutes(db, ids, now)) activities.get(id)?.minutes.push(minute)
  for (const { id, start } of await readDaysOfUse(db, ids, now)) activities.get(id)?.daysOfUse.push(start)
  for (const { id, ...failure } of await readFailing(db, ids, now)) activities.get(id)?.failing.push(failure)
  for (const { id, ...sighting } of await readSightings(db, ids, now))
    activities.get(id)?.sightings.push(sighting)
  return activities
}

type OfKey<T> = T & { id: string }

function readHours(db: Db, ids: string[], now: Date) {
  return db.$queryRaw<OfKey<KeyActivity["hours"][number]>[]>`
    SELECT api_key_id AS id, start, sum(requests)::int AS accepted,
      coalesce(sum(requests) FILTER (WHERE ${clientErrorSql}), 0)::int AS errors
    FROM api_key_usage
    WHERE api_key_id = ANY(${ids}) AND resolution = 'hour' AND start >= ${addDuration(now, -BASELINE)}
      AND start < ${addDuration(now, -BASELINE_ENDS)} AND ${acceptedSql}
    GROUP BY 1, 2 ORDER BY 1, 2`
}

function readMinutes(db: Db, ids: string[], now: Date) {
  return db.$queryRaw<OfKey<KeyActivity["minutes"][number]>[]>`
    SELECT api_key_id AS id, start,
      coalesce(sum(requests) FILTER (WHERE ${acceptedSql}), 0)::int AS accepted,
      coalesce(sum(requests) FILTER (WHERE ${clientErrorSql}), 0)::int AS errors,
      coalesce(sum(requests) FILTER (
        WHERE outcome::text <> ALL(${[...acceptedOutcomes, "RATE_LIMITED"]})), 0)::int AS refused
    FROM api_key_usage
    WHERE api_key_id = ANY(${ids}) AND resolution = 'minute' AND start >= ${addDuration(now, -WINDOW)}
      AND start < ${now}
    GROUP BY 1, 2 ORDER BY 1, 2`
}

function readDaysOfUse(db: Db, ids: string[], now: Date) {
  return db.$queryRaw<OfKey<{ start: Date }>[]>`
    SELECT DISTINCT api_key_id AS id, start FROM api_key_usage
    WHERE api_key_id = ANY(${ids}) AND resolution = 'day' AND start >= ${addDuration(now, -DAYS_OF_USE)}
      AND outcome = 'VALID'
    ORDER BY 1, 2`
}

function readFailing(db: Db, ids: string[], now: Date) {
  return db.$queryRaw<OfKey<KeyActivity["failing"][number]>[]>`
    SELECT api_key_id AS id, method || ' ' || route AS operation, sum(requests)::int AS errors FROM api_key_usage
    WHERE api_key_id = ANY(${ids}) AND resolution = 'minute' AND start > ${addDuration(now, -ERROR_WINDOW)}
      AND ${clientErrorSql}
    GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`
}

/** Reads no more than it answers: a key may have been seen with far more than any rule looks at. */
function readSightings(db: Db, ids: string[], now: Date) {
  const windowStart = addDuration(now, -WINDOW)
  return db.$queryRaw<OfKey<Sighting>[]>`
    SELECT key.id, looked.kind::text, value, first_seen_at AS "firstSeenAt", last_seen_at AS "lastSeenAt",
      requests::float8
    FROM unnest(${ids}::text[]) AS key(id)
    CROSS JOIN unnest('{network,country,client}'::sighting_kind[]) AS looked(kind)
    CROSS JOIN LATERAL (
      (SELECT * FROM api_key_sightings
       WHERE api_key_id = key.id AND kind = looked.kind AND first_seen_at < ${windowStart}
       ORDER BY last_seen_at DESC LIMIT ${SIGHTINGS_MAX})
      UNION ALL
      (SELECT * FROM api_key_sightings
       WHERE api_key_id = key.id AND kind = looked.kind AND first_seen_at >= ${windowStart}
         AND last_seen_at >= ${windowStart}
       ORDER BY last_seen_at DESC LIMIT ${SIGHTINGS_MAX})
    ) sighting`
}

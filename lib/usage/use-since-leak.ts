import { readApiKey } from "../api-keys/api-key-view"
import type { Caller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, floorTo, hours } from "../duration"
import { busiestRoutes, type RouteCount, totalsOf } from "./counts"
import { acceptedSql } from "./outcomes"

// What a key did around the time when it was found in strangers' hands. When they got it nobody knows, so the day
// before counts too. Requests and routes are read from the counts by hour, networks from the log itself.

const LOOKED_BACK = hours(24)
/** The latest requests before the revocation, and as many after it, say which networks there were. */
const REQUESTS_READ = 50_000
const NETWORKS_MAX = 50

type UseCount = { requests: number; refused: number }

export type UseSinceLeak = UseCount & {
  since: Date
  revokedAt: Date
  /** While it still worked, and since it is refused. */
  beforeRevocation: UseCount
  afterRevocation: UseCount
  /** The busiest first. Which of them are strangers', only its people can tell. */
  networks: (UseCount & { network: string; firstSeenAt: Date; lastSeenAt: Date })[]
  routes: (UseCount & { method: string; route: string })[]
}

/** What a leaked key did from a day before its revocation on; null for a key that is not leaked. Throws forbidden or not_found. */
export async function getUseSinceLeak(caller: Caller, { id }: { id: string }): Promise<UseSinceLeak | null> {
  requirePermission(caller, "api_keys:read")
  const which = { id, organizationId: caller.organization.id }
  const { leaked, revokedAt } = await readApiKey(db(), which, currentTime())
  if (!leaked || !revokedAt) return null
  const since = floorTo(addDuration(revokedAt, -LOOKED_BACK), hours(1))
  const [counts, networks] = await Promise.all([countsByHour(id, since), networksOf(id, since, revokedAt)])
  const [before, after] = [
    counts.filter((count) => !isAfter(count, revokedAt)),
    counts.filter((count) => isAfter(count, revokedAt)),
  ]
  return {
    since,
    revokedAt,
    ...countOf(counts),
    beforeRevocation: countOf(before),
    afterRevocation: countOf(after),
    networks,
    routes: busiestRoutes(counts).map(({ method, route, counts }) => ({ method, route, ...countOf(counts) })),
  }
}

type HourCount = RouteCount & { start: Date }

function countsByHour(apiKeyId: string, since: Date): Promise<HourCount[]> {
  return db().apiKeyUsage.findMany({
    where: { apiKeyId, resolution: "hour", start: { gte: since } },
    select: { start: true, outcome: true, status: true, method: true, route: true, requests: true },
  })
}

/** In the hour of the revocation it is the outcome that tells: a revoked key has no other. */
function isAfter({ start, outcome }: HourCount, revokedAt: Date): boolean {
  return start > revokedAt || (start >= floorTo(revokedAt, hours(1)) && outcome === "REVOKED")
}

function countOf(counts: readonly HourCount[]): UseCount {
  const { requests, refused } = totalsOf(counts)
  return { requests, refused }
}

/** Networks as networkOf() makes them: /24 of IPv4, /48 of IPv6. */
function networksOf(apiKeyId: string, since: Date, revokedAt: Date): Promise<UseSinceLeak["networks"]> {
  return db().$queryRaw<UseSinceLeak["networks"]>`
    WITH before AS (
      SELECT time, outcome, ip_address::inet AS address FROM api_key_requests
      WHERE api_key_id = ${apiKeyId} AND time >= ${since} AND time < ${revokedAt}
      ORDER BY time DESC LIMIT ${REQUESTS_READ}
    ), after AS (
      SELECT time, outcome, ip_address::inet AS address FROM api_key_requests
      WHERE api_key_id = ${apiKeyId} AND time >= ${revokedAt}
      ORDER BY time DESC LIMIT ${REQUESTS_READ}
    )
    SELECT network(set_masklen(address, CASE family(address) WHEN 4 THEN 24 ELSE 48 END))::text AS network,
      count(*)::int AS requests,
      count(*) FILTER (WHERE NOT ${acceptedSql})::int AS refused,
      min(time) AS "firstSeenAt", max(time) AS "lastSeenAt"
    FROM (SELECT * FROM before UNION ALL SELECT * FROM after) request
    WHERE address IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${NETWORKS_MAX}`
}

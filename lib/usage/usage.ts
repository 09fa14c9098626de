import { Prisma } from "@/prisma/generated/client"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { readApiKey } from "../api-keys/api-key-view"
import type { Caller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, days, floorTo, hours } from "../duration"
import { AppError } from "../errors"
import {
  addCount,
  busiestRoutes,
  type Count,
  grouped,
  noUse,
  type RouteCount,
  totalsOf,
  type UsageTotals,
} from "./counts"
import { POINTS_MAX, RECENT_MAX, type Resolution, spans, type UsageQuery } from "./usage.schema"

// What keys were used for, read from the counts that the usage log keeps by minute, hour and day: a chart reads a row
// for each kind of answer and span of time, however many requests there were.

export type UsagePoint = UsageTotals & { start: Date }

/** Of one key, or of all keys of an organization. */
export type Usage = {
  resolution: Resolution
  since: Date
  until: Date
  totals: UsageTotals & { averageLatencyMs: number | null }
  /** One point for each span, also where nothing happened. */
  series: UsagePoint[]
  byStatus: { status: number; outcome: ApiKeyOutcome; requests: number }[]
  byRoute: { method: string; route: string; requests: number; averageLatencyMs: number; errors: number }[]
}

export type RecentRequest = {
  time: Date
  outcome: ApiKeyOutcome
  status: number
  method: string
  route: string
  latencyMs: number
  ipAddress: string | null
  country: string | null
  userAgent: string | null
  requestId: string
}

/** What one key was used for. Throws forbidden, not_found, or invalid_input for a time that cannot be shown so finely. */
export async function getApiKeyUsage(
  caller: Caller,
  { id, ...query }: UsageQuery & { id: string },
): Promise<Usage & { recent: RecentRequest[] }> {
  requirePermission(caller, "api_keys:read")
  const organizationId = caller.organization.id
  await readApiKey(db(), { id, organizationId }, currentTime())
  const range = rangeOf(query)
  const [counts, recent] = await Promise.all([
    countsOf(Prisma.sql`api_key_id = ${id}`, range),
    recentRequests(id, range),
  ])
  return { ...usageOf(counts, range), recent }
}

/** What all keys of the organization were used for, and the most used ones. Throws as getApiKeyUsage does. */
export async function getOrganizationUsage(
  caller: Caller,
  query: UsageQuery,
): Promise<Usage & { byKey: (UsageTotals & { id: string; name: string })[] }> {
  requirePermission(caller, "api_keys:read")
  const range = rangeOf(query)
  const { times, keys, routes } = await countsOf(
    Prisma.sql`organization_id = ${caller.organization.id}`,
    range,
  )
  return {
    ...usageOf({ times, routes }, range),
    byKey: await namedKeys(totalsByKey(keys), caller.organization.id),
  }
}

type Range = { resolution: Resolution; since: Date; until: Date }

function rangeOf({ resolution, since, until = currentTime() }: UsageQuery): Range {
  const start = since ?? addDuration(until, -days(1))
  const length = until.getTime() - start.getTime()
  if (length <= 0) throw invalid("since", "must be before until")
  const chosen = resolution ?? (length <= hours(2) ? "minute" : length <= days(3) ? "hour" : "day")
  if (length / spans[chosen] > POINTS_MAX)
    throw invalid("resolution", `of a ${chosen} is too fine for so long a time`)
  return { resolution: chosen, since: floorTo(start, spans[chosen]), until }
}

function invalid(path: string, message: string): AppError {
  return new AppError("invalid_input", "Some fields are missing or not acceptable.", {
    faults: [{ path, message }],
  })
}

/** How long the counted requests took in all. */
type Latency = { latencyMs: number }
type TimeCount = Count & Latency & { start: Date }
type KeyCount = Count & { apiKeyId: string }
type Counts = { times: TimeCount[]; keys: KeyCount[]; routes: (RouteCount & Latency)[] }

type Groups = Pick<TimeCount, "start"> & Pick<KeyCount, "apiKeyId"> & Pick<RouteCount, "method" | "route">
type GroupedCount = Count & Latency & { [Name in keyof Groups]: Groups[Name] | null }

/** Summed up by time, by key and by route in one pass: minutes, or many keys, are more rows than are worth moving. */
async function countsOf(whose: Prisma.Sql, { resolution, since, until }: Range): Promise<Counts> {
  const rows = await db().$queryRaw<GroupedCount[]>`
    SELECT start, api_key_id AS "apiKeyId", method, route, outcome, status, sum(requests)::float8 AS requests,
      sum(latency_ms_sum::float8) AS "latencyMs"
    FROM api_key_usage
    WHERE ${whose} AND resolution = ${resolution}::usage_resolution
      AND start >= ${since} AND start < ${until}
    GROUP BY GROUPING SETS (
      (start, outcome, status), (api_key_id, outcome, status), (method, route, outcome, status)
    )`
  return {
    times: rows.flatMap(({ start, ...count }) => (start ? [{ ...count, start }] : [])),
    keys: rows.flatMap(({ apiKeyId, ...count }) => (apiKeyId ? [{ ...count, apiKeyId }] : [])),
    routes: rows.flatMap(({ method, route, ...count }) =>
      method !== null && route !== null ? [{ ...count, method, route }] : [],
    ),
  }
}

function usageOf({ times, routes }: Omit<Counts, "keys">, { resolution, since, until }: Range): Usage {
  const totals = totalsOf(times)
  return {
    resolution,
    since,
    until,
    totals: {
      ...totals,
      averageLatencyMs: totals.requests === 0 ? null : averageLatency(times, totals),
    },
    series: seriesOf(times, { resolution, since, until }),
    byStatus: grouped(times, ({ status, outcome }) => `${status} ${outcome}`)
      .map((group) => ({
        status: group[0].status,
        outcome: group[0].outcome,
        requests: totalsOf(group).requests,
      }))
      .sort((a, b) => b.requests - a.requests),
    byRoute: busiestRoutes(routes).map(({ method, route, totals, counts }) => ({
      method,
      route,
      requests: totals.requests,
      averageLatencyMs: averageLatency(counts, totals),
      errors: totals.clientErrors + totals.serverErrors + totals.refused,
    })),
  }
}

function averageLatency(counts: readonly Latency[], { requests }: UsageTotals): number {
  return Math.round(counts.reduce((sum, { latencyMs }) => sum + latencyMs, 0) / requests)
}

function seriesOf(counts: readonly TimeCount[], { resolution, since, until }: Range): UsagePoint[] {
  const span = spans[resolution]
  const points: UsagePoint[] = []
  for (let start = since; start < until; start = addDuration(start, span)) points.push({ start, ...noUse() })
  for (const count of counts) {
    const point = points[Math.floor((count.start.getTime() - since.getTime()) / span)]
    if (point) addCount(point, count)
  }
  return points
}

function totalsByKey(counts: readonly KeyCount[]): (UsageTotals & { id: string })[] {
  return grouped(counts, ({ apiKeyId }) => apiKeyId).map((group) => ({
    id: group[0].apiKeyId,
    ...totalsOf(group),
  }))
}

async function namedKeys<T extends { id: string; requests: number }>(keys: T[], organizationId: string) {
  const rows = await db().apiKey.findMany({
    where: { organizationId, id: { in: keys.map(({ id }) => id) } },
    select: { id: true, name: true },
  })
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return keys
    .map((key) => ({ ...key, name: names.get(key.id) ?? "a deleted key" }))
    .sort((a, b) => b.requests - a.requests)
}

function recentRequests(apiKeyId: string, { since, until }: Range): Promise<RecentRequest[]> {
  return db().apiKeyRequest.findMany({
    where: { apiKeyId, time: { gte: since, lt: until } },
    orderBy: [{ time: "desc" }, { id: "desc" }],
    take: RECENT_MAX,
    select: {
      time: true,
      outcome: true,
      status: true,
      method: true,
      route: true,
      latencyMs: true,
      ipAddress: true,
      country: true,
      userAgent: true,
      requestId: true,
    },
  })
}

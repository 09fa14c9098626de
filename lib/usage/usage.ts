import { Prisma } from "@/prisma/generated/client"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { readApiKey } from "../api-keys/api-key-view"
import type { Caller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, days, hours, minutes } from "../duration"
import { AppError } from "../errors"
import type { Resolution, UsageQuery } from "./usage.schema"

// What keys were used for, read from the counts that the usage log keeps by minute, hour and day: a chart reads a row
// for each kind of answer and span of time, however many requests there were.

const spans = { minute: minutes(1), hour: hours(1), day: days(1) } satisfies Record<Resolution, number>
/** More points than this nobody can read. */
const POINTS_MAX = 1500
const RECENT_MAX = 50
const TOP_ROUTES_MAX = 50

/** How many requests had which answer. `refused`: by the key's own state or limits, before anything was done. */
export type UsageTotals = {
  requests: number
  succeeded: number
  clientErrors: number
  serverErrors: number
  refused: number
}

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

/** How many requests had one answer, and how long they took in all. */
type Count = { outcome: ApiKeyOutcome; status: number; requests: number; latencyMs: number }
type TimeCount = Count & { start: Date }
type KeyCount = Count & { apiKeyId: string }
type RouteCount = Count & { method: string; route: string }

type Groups = Pick<TimeCount, "start"> & Pick<KeyCount, "apiKeyId"> & Pick<RouteCount, "method" | "route">
type GroupedCount = Count & { [Name in keyof Groups]: Groups[Name] | null }
type Counts = { times: TimeCount[]; keys: KeyCount[]; routes: RouteCount[] }

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
  const latency = sum(times.map(({ latencyMs }) => latencyMs))
  return {
    resolution,
    since,
    until,
    totals: {
      ...totals,
      averageLatencyMs: totals.requests === 0 ? null : Math.round(latency / totals.requests),
    },
    series: seriesOf(times, { resolution, since, until }),
    byStatus: grouped(times, ({ status, outcome }) => `${status} ${outcome}`)
      .map((group) => ({ status: group[0].status, outcome: group[0].outcome, requests: requestsIn(group) }))
      .sort((a, b) => b.requests - a.requests),
    byRoute: grouped(routes, ({ method, route }) => `${method} ${route}`)
      .map(routeOf)
      .sort((a, b) => b.requests - a.requests)
      .slice(0, TOP_ROUTES_MAX),
  }
}

type Group<T> = [T, ...T[]]

function routeOf(group: Group<RouteCount>): Usage["byRoute"][number] {
  const requests = requestsIn(group)
  const { clientErrors, serverErrors, refused } = totalsOf(group)
  return {
    method: group[0].method,
    route: group[0].route,
    requests,
    averageLatencyMs: Math.round(sum(group.map(({ latencyMs }) => latencyMs)) / requests),
    errors: clientErrors + serverErrors + refused,
  }
}

function seriesOf(counts: readonly TimeCount[], { resolution, since, until }: Range): UsagePoint[] {
  const span = spans[resolution]
  const points: UsagePoint[] = []
  for (let start = since; start < until; start = addDuration(start, span)) points.push({ start, ...noUse() })
  for (const count of counts) {
    const point = points[Math.floor((count.start.getTime() - since.getTime()) / span)]
    if (point) add(point, count)
  }
  return points
}

function noUse(): UsageTotals {
  return { requests: 0, succeeded: 0, clientErrors: 0, serverErrors: 0, refused: 0 }
}

function add(totals: UsageTotals, { outcome, status, requests }: Count): void {
  totals.requests += requests
  if (outcome !== "VALID" && outcome !== "INSUFFICIENT_SCOPE") totals.refused += requests
  else if (status >= 500) totals.serverErrors += requests
  else if (status >= 400) totals.clientErrors += requests
  else totals.succeeded += requests
}

function totalsOf(counts: readonly Count[]): UsageTotals {
  const totals = noUse()
  for (const count of counts) add(totals, count)
  return totals
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

function grouped<T>(counts: readonly T[], by: (count: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>()
  for (const count of counts) {
    const group = groups.get(by(count))
    if (group) group.push(count)
    else groups.set(by(count), [count])
  }
  return [...groups.values()]
}

function requestsIn(counts: readonly Count[]): number {
  return sum(counts.map(({ requests }) => requests))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function floorTo(instant: Date, span: number): Date {
  return new Date(Math.floor(instant.getTime() / span) * span)
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

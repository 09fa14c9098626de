import { db } from "@/lib/db"
import { addDuration, days, hours, minutes } from "@/lib/duration"
import { createUsagePartitions } from "@/lib/usage/partitions"
import { writeApiKeyUses } from "@/lib/usage/usage-writer"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"

// A month of use as it could have been, the same on every machine but for the date. It is written by the very
// statement that writes real use, so whatever is counted of it fits.

const LENGTH = days(30)
const BATCH_ROWS = 1000

/** How a key is used: how many requests in an hour, by what, from where, and what for. */
export type Habit = {
  apiKeyId: string
  /** For each hour, how many requests; the weekday is 0 on Sundays, the day counts from a month ago. */
  perHour: (at: { hour: number; weekday: number; day: number }) => number
  userAgent: string
  addresses: string[]
  routes: [method: string, route: string, latencyMs: number][]
  /** Of a hundred requests, how many end so. */
  clientErrors?: number
  serverErrors?: number
  /** What the watchman noticed: requests from an address of their own. */
  episode?: { at: Date; requests: number; address: string }
  /** From then on every request is refused. */
  refusedFrom?: { at: Date; outcome: ApiKeyOutcome }
}

/** Writes a month of use up to `now`, in the place of what an interrupted seed has left of one. */
export async function writeUsageHistory(organizationId: string, habits: Habit[], now: Date): Promise<void> {
  await removeUsage(habits.map(({ apiKeyId }) => apiKeyId))
  await createUsagePartitions(addDuration(now, -LENGTH), now)
  const random = seededRandom(20_260_101)
  const uses = habits.flatMap((habit) => usesOf(habit, organizationId, now, random))
  for (let at = 0; at < uses.length; at += BATCH_ROWS) await writeApiKeyUses(uses.slice(at, at + BATCH_ROWS))
}

async function removeUsage(ids: string[]): Promise<void> {
  await db().$transaction([
    db().apiKeyRequest.deleteMany({ where: { apiKeyId: { in: ids } } }),
    db().apiKeyUsage.deleteMany({ where: { apiKeyId: { in: ids } } }),
    db().apiKeySighting.deleteMany({ where: { apiKeyId: { in: ids } } }),
  ])
}

type Use = Parameters<typeof writeApiKeyUses>[0][number]

function usesOf(habit: Habit, organizationId: string, now: Date, random: () => number): Use[] {
  const uses: Use[] = []
  const start = addDuration(now, -LENGTH)
  for (let elapsed = 0; elapsed < LENGTH; elapsed += hours(1)) {
    const at = addDuration(start, elapsed)
    const when = {
      hour: at.getUTCHours(),
      weekday: at.getUTCDay(),
      day: Math.floor(elapsed / days(1)),
    }
    const count = Math.round(habit.perHour(when) * (0.8 + random() * 0.4))
    for (let index = 0; index < count; index++) {
      const time = addDuration(at, Math.floor(random() * minutes(59)))
      if (time < now) uses.push(oneUse(time, { habit, organizationId, random }))
    }
  }
  const { at, requests, address } = habit.episode ?? { at: start, requests: 0, address: "" }
  for (let index = 0; index < requests; index++) {
    const use = oneUse(addDuration(at, index * minutes(1)), { habit, organizationId, random })
    uses.push({ ...use, ipAddress: address })
  }
  return uses
}

type Circumstances = { habit: Habit; organizationId: string; random: () => number }

function oneUse(time: Date, { habit, organizationId, random }: Circumstances): Use {
  const { apiKeyId, addresses, routes, userAgent, refusedFrom } = habit
  const [method, route, latency] = pick(routes, random) ?? ["GET", "/api/v1/me", 5]
  const isRefused = refusedFrom !== undefined && time >= refusedFrom.at
  const status = isRefused ? 401 : statusOf(habit, random() * 100)
  return {
    id: uuid(random),
    time,
    organizationId,
    apiKeyId,
    previousSecretId: null,
    outcome: isRefused ? refusedFrom.outcome : "VALID",
    status,
    method,
    route,
    latencyMs: isRefused ? 2 : Math.round(latency * (0.6 + random() + (random() > 0.97 ? 4 : 0))),
    ipAddress: pick(addresses, random) ?? null,
    userAgent,
    requestId: uuid(random),
    scopes: status < 400 && route !== "/api/v1/me" ? ["ai:invoke"] : [],
  }
}

function statusOf({ clientErrors = 0.5, serverErrors = 0.1 }: Habit, percent: number): number {
  if (percent < serverErrors) return 503
  return percent < serverErrors + clientErrors ? 404 : 200
}

function pick<T>(list: readonly T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)]
}

function uuid(random: () => number): string {
  const digit = () => Math.floor(random() * 16).toString(16)
  return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", digit)
}

/** mulberry32: the same numbers each time. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

import type { Redis } from "ioredis"
import { minutes } from "../duration"
import { log } from "../log"
import { processWide } from "../process-wide"
import { answeredSoon, redis } from "../redis"
import { type Consumption, SlidingWindows } from "./sliding-window"

// With REDIS_URL all instances share one window, kept by one script that runs undivided. While Redis is away each
// instance counts for itself, by the same figures: never without a limit, and never a refusal for the outage itself.

type Policy = { name: string; limit: number; window: number }

const SCRIPT = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = redis.call("LINDEX", KEYS[1], -1)
while oldest and tonumber(oldest) <= now - window do
  redis.call("RPOP", KEYS[1])
  oldest = redis.call("LINDEX", KEYS[1], -1)
end
local used = redis.call("LLEN", KEYS[1])
if used < limit and ARGV[3] == "peek" then
  return { 1, used, tonumber(oldest or now) + window - now }
end
if used < limit then
  redis.call("LPUSH", KEYS[1], now)
  redis.call("PEXPIRE", KEYS[1], window)
  return { 1, used + 1, tonumber(oldest or now) + window - now }
end
return { 0, used, tonumber(redis.call("LINDEX", KEYS[1], limit - 1)) + window - now }
`

const windows = processWide("windows", () => new SlidingWindows())
const outage = processWide("outage of redis", () => ({ warnedAt: 0 }))

/** Counts one call of `subject` under a policy, unless it is over. Never throws: an outage of Redis limits per instance. */
export function consume(policy: Policy, subject: string): Promise<Consumption> {
  return look(policy, subject, "consume")
}

/** What `consume` would say, without counting anything. Never throws. */
export function peek(policy: Policy, subject: string): Promise<Consumption> {
  return look(policy, subject, "peek")
}

type How = "consume" | "peek"

async function look(policy: Policy, subject: string, how: How): Promise<Consumption> {
  const client = redis()
  const key = `latchkey:limit:${policy.name}:${subject}`
  if (client) {
    try {
      return await lookShared(client, { policy, key, how })
    } catch (error) {
      warnOnceAMinute(error)
    }
  }
  return windows[how](key, policy, Date.now())
}

type Look = { policy: Policy; key: string; how: How }

async function lookShared(client: Redis, { policy, key, how }: Look): Promise<Consumption> {
  const { limit, window } = policy
  const [allowed = 0, used = 0, resetAfter = 0] = await answeredSoon(
    client.eval(SCRIPT, 1, key, limit, window, how) as Promise<number[]>,
  )
  return { allowed: allowed === 1, limit, window, remaining: Math.max(0, limit - used), resetAfter }
}

function warnOnceAMinute(error: unknown): void {
  if (Date.now() - outage.warnedAt < minutes(1)) return
  outage.warnedAt = Date.now()
  log.warn({ err: error }, "redis is away: limits count per instance")
}

/** Whole seconds after which a retry is allowed. */
export function retryAfterSeconds({ resetAfter }: Consumption): number {
  return Math.max(1, Math.ceil(resetAfter / 1000))
}

import { once } from "node:events"
import { setImmediate, setTimeout } from "node:timers/promises"
import { Redis } from "ioredis"
import { seconds } from "./duration"
import { env } from "./env"
import { log } from "./log"
import { processWide } from "./process-wide"

const ANSWERED_WITHIN = seconds(0.1)
const CONNECTED_WITHIN = seconds(1)
const LATE = Symbol("late")
const RECONNECT_MAX = seconds(2)

/** The one client, or null without REDIS_URL. While Redis is away a command fails at once, or within a second. */
export function redis(): Redis | null {
  const { REDIS_URL } = env()
  return REDIS_URL ? processWide("redis", () => connect(REDIS_URL)) : null
}

/**
 * Makes the connection before the first request needs it, so that none is counted beside the others. Never throws,
 * and waits a second at most: a process starts without Redis too.
 */
export async function connectRedis(): Promise<void> {
  const client = redis()
  if (!client || client.status === "ready") return
  const connected = once(client, "ready").catch(() => undefined)
  await Promise.race([connected, setTimeout(CONNECTED_WITHIN, undefined, { ref: false })])
}

/**
 * The answer of a command that nobody can wait for: after 100 ms it throws. A process that was busy itself for so long
 * first reads what has arrived meanwhile, and does not blame Redis.
 */
export async function answeredSoon<Answer>(command: Promise<Answer>): Promise<Answer> {
  const late = setTimeout(ANSWERED_WITHIN, LATE, { ref: false }).then((value) => setImmediate(value))
  const answer = await Promise.race([command, late])
  if (answer === LATE) throw new Error("Redis did not answer in time.")
  return answer
}

function connect(url: string): Redis {
  const client = new Redis(url, {
    commandTimeout: seconds(1),
    connectTimeout: CONNECTED_WITHIN,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MAX),
  })
  // Without a listener the client writes to the console itself.
  client.on("error", ({ message }: Error) => log.debug({ reason: message }, "redis"))
  client.on("end", () => log.warn("redis connection ended"))
  return client
}

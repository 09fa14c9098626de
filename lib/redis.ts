import { once } from "node:events"
import { setTimeout } from "node:timers/promises"
import { Redis } from "ioredis"
import { seconds } from "./duration"
import { env } from "./env"
import { log } from "./log"

const ANSWERED_WITHIN = seconds(0.1)
const CONNECTED_WITHIN = seconds(1)
const RECONNECT_MAX = seconds(2)

// One per process, shared between the copies of this module in Next's bundles.
const shared = globalThis as typeof globalThis & { latchkeyRedis?: Redis }

/** The one client, or null without REDIS_URL. A command fails at once, or within 100 ms, while Redis is away. */
export function redis(): Redis | null {
  const { REDIS_URL } = env()
  if (!REDIS_URL) return null
  shared.latchkeyRedis ??= connect(REDIS_URL)
  return shared.latchkeyRedis
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

function connect(url: string): Redis {
  const client = new Redis(url, {
    commandTimeout: ANSWERED_WITHIN,
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

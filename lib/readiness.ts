import { once } from "node:events"
import { setTimeout } from "node:timers/promises"
import type { Redis } from "ioredis"
import { isKeyRingReady } from "./auth/key-ring"
import { db } from "./db"
import { seconds } from "./duration"
import { isDraining } from "./lifecycle"
import { redis } from "./redis"

export type Readiness = { ready: boolean; checks: Record<string, "ok" | "failing"> }

const KEPT = seconds(1)
/** A database that takes longer serves nobody. */
const ANSWERED_WITHIN = seconds(1)
let latest: { at: number; result: Promise<Readiness> } | undefined

/** Whether requests should be sent here, with the failing part named. Asked often, it asks the database once a second. */
export async function getReadiness(): Promise<Readiness> {
  if (isDraining()) return { ready: false, checks: { process: "failing" } }
  const now = Date.now()
  if (!latest || now - latest.at >= KEPT) latest = { at: now, result: checkDependencies() }
  return latest.result
}

async function checkDependencies(): Promise<Readiness> {
  const slow = setTimeout(ANSWERED_WITHIN, "failing" as const, { ref: false })
  const query = db().$queryRaw`SELECT 1`.then(
    () => "ok" as const,
    () => "failing" as const,
  )
  const keys = isKeyRingReady().then((ready) => (ready ? ("ok" as const) : ("failing" as const)))
  const shared = redis()
  const [database, signing_keys, redisAnswer] = await Promise.all([
    Promise.race([query, slow]),
    Promise.race([keys, slow]),
    shared && Promise.race([pingRedis(shared), slow]),
  ])
  const checks = { database, signing_keys, ...(redisAnswer ? { redis: redisAnswer } : {}) }
  return { ready: Object.values(checks).every((check) => check === "ok"), checks }
}

/** The first question is asked while the connection is still being made, so it waits for that. */
async function pingRedis(client: Redis): Promise<"ok" | "failing"> {
  try {
    if (client.status !== "ready") await once(client, "ready")
    await client.ping()
    return "ok"
  } catch {
    return "failing"
  }
}

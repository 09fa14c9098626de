import { db } from "./db"
import { seconds } from "./duration"
import { isDraining } from "./lifecycle"

export type Readiness = { ready: boolean; checks: Record<string, "ok" | "failing"> }

const KEPT = seconds(1)
let latest: { at: number; result: Promise<Readiness> } | undefined

/** Whether requests should be sent here, with the failing part named. Asked often, it asks the database once a second. */
export async function getReadiness(): Promise<Readiness> {
  if (isDraining()) return { ready: false, checks: { process: "failing" } }
  const now = Date.now()
  if (!latest || now - latest.at >= KEPT) latest = { at: now, result: checkDependencies() }
  return latest.result
}

async function checkDependencies(): Promise<Readiness> {
  const database = await db().$queryRaw`SELECT 1`.then(() => "ok" as const).catch(() => "failing" as const)
  return { ready: database === "ok", checks: { database } }
}

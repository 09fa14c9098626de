import type { UsageResolution } from "@/prisma/generated/enums"
import { db } from "../db"
import { days, hours, minutes } from "../duration"
import type { Sighting } from "../usage/sightings"
import type { Batch } from "./key-replay"

const sizes: Record<UsageResolution, number> = { minute: minutes(1), hour: hours(1), day: days(1) }

/** Stores what a key was used for as lib/usage/usage-writer.ts counts it; of single minutes those of the last day. */
export async function storeUse(
  { organizationId, apiKeyId }: { organizationId: string; apiKeyId: string },
  { batches, sightings }: { batches: Batch[]; sightings: Sighting[] },
): Promise<void> {
  const lastDay = (batches.at(-1)?.minute ?? 0) - days(1)
  for (const resolution of ["minute", "hour", "day"] as const) {
    const rows = new Map<string, ReturnType<typeof rowOf>>()
    const rowOf = ({ minute, outcome, status, method, route }: Batch) => {
      const start = new Date(Math.floor(minute / sizes[resolution]) * sizes[resolution])
      const counts = { requests: 0, latencyMsSum: 0 }
      return { organizationId, apiKeyId, resolution, start, outcome, status, method, route, ...counts }
    }
    for (const batch of batches) {
      if (resolution === "minute" && batch.minute < lastDay) continue
      const row = rowOf(batch)
      const id = JSON.stringify(row)
      const counted = rows.get(id) ?? row
      counted.requests += batch.requests
      rows.set(id, counted)
    }
    await createInParts([...rows.values()], (data) => db().apiKeyUsage.createMany({ data }))
  }
  const rows = sightings.map((sighting) => ({ organizationId, apiKeyId, ...sighting }))
  await createInParts(rows, (data) => db().apiKeySighting.createMany({ data }))
}

/** A statement has so many parameters at most. */
const ROWS_MAX = 2000

async function createInParts<Row>(rows: Row[], create: (part: Row[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_MAX) await create(rows.slice(from, from + ROWS_MAX))
}

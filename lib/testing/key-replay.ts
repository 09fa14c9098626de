import type { ApiKeyOutcome, SightingKind } from "@/prisma/generated/enums"
import { addDuration, days, hours, minutes, seconds } from "../duration"
import type { Sighting } from "../usage/sightings"
import {
  BASELINE,
  BASELINE_ENDS,
  DAYS_OF_USE,
  ERROR_WINDOW,
  type KeyActivity,
  WINDOW,
} from "../watchman/rules"

/** Requests of one minute that are alike. */
export type Batch = {
  /** The first instant of the minute, in milliseconds. */
  minute: number
  requests: number
  network: string
  country: string | null
  client: string | null
  outcome: ApiKeyOutcome
  status: number
  method: string
  route: string
}

/**
 * The life of a key: what the watchman would see at the end of each minute with requests. The activity is the same
 * object growing on, so look at it before asking for the next.
 */
export function* replay(createdAt: Date, batches: Batch[]): Generator<KeyActivity> {
  const [hoursOfUse, minutesOfUse, days] = [new Usage(hours(1)), new Usage(minutes(1)), new Set<number>()]
  const sightings = new Map<string, Sighting>()
  const failures: Batch[] = []
  let past: { hour: number; hours: KeyActivity["hours"] } = { hour: 0, hours: [] }
  for (const [index, batch] of batches.entries()) {
    hoursOfUse.count(batch)
    minutesOfUse.count(batch)
    if (batch.outcome === "VALID") see(batch, sightings, days)
    if (isError(batch)) failures.push(batch)
    if (batches[index + 1]?.minute === batch.minute) continue

    const now = addDuration(new Date(batch.minute), seconds(59))
    const ago = (duration: number) => now.getTime() - duration
    const hour = Math.floor(batch.minute / hours(1))
    if (past.hour !== hour)
      past = { hour, hours: pastHours(hoursOfUse.between(ago(BASELINE), ago(BASELINE_ENDS))) }
    yield {
      now,
      createdAt,
      hours: past.hours,
      minutes: minutesOfUse.between(ago(WINDOW), now.getTime()),
      daysOfUse: [...days].filter((day) => day >= ago(DAYS_OF_USE)).map((day) => new Date(day)),
      failing: failing(failures, ago(ERROR_WINDOW)),
      sightings: [...sightings.values()],
    }
  }
}

function pastHours(counts: KeyActivity["minutes"]): KeyActivity["hours"] {
  return counts
    .filter(({ accepted }) => accepted > 0)
    .map(({ start, accepted, errors }) => ({ start, accepted, errors }))
}

/** Whether it was the client's mistake, made with a key that works. */
function isError({ outcome, status }: Batch): boolean {
  if (outcome === "INSUFFICIENT_SCOPE") return true
  return outcome === "VALID" && status >= 400 && status < 500 && status !== 429
}

class Usage {
  readonly size: number
  readonly counts: KeyActivity["minutes"] = []

  constructor(size: number) {
    this.size = size
  }

  count(batch: Batch): void {
    const start = Math.floor(batch.minute / this.size) * this.size
    if (this.counts.at(-1)?.start.getTime() !== start)
      this.counts.push({ start: new Date(start), accepted: 0, errors: 0, refused: 0 })
    const latest = this.counts.at(-1)
    if (!latest) return
    const { outcome, requests } = batch
    if (outcome === "VALID" || outcome === "INSUFFICIENT_SCOPE") latest.accepted += requests
    else if (outcome !== "RATE_LIMITED") latest.refused += requests
    if (isError(batch)) latest.errors += requests
  }

  between(from: number, until: number): KeyActivity["minutes"] {
    const first = this.counts.findLastIndex(({ start }) => start.getTime() < from) + 1
    const end = this.counts.findLastIndex(({ start }) => start.getTime() < until) + 1
    return this.counts.slice(first, end)
  }
}

function see(batch: Batch, sightings: Map<string, Sighting>, usedDays: Set<number>): void {
  usedDays.add(Math.floor(batch.minute / days(1)) * days(1))
  for (const kind of ["network", "country", "client"] satisfies SightingKind[]) {
    const value = batch[kind]
    if (value === null) continue
    const time = new Date(batch.minute)
    const known = sightings.get(`${kind} ${value}`)
    if (known) Object.assign(known, { lastSeenAt: time, requests: known.requests + batch.requests })
    else
      sightings.set(`${kind} ${value}`, {
        kind,
        value,
        firstSeenAt: time,
        lastSeenAt: time,
        requests: batch.requests,
      })
  }
}

function failing(failures: Batch[], since: number): KeyActivity["failing"] {
  const counts = new Map<string, number>()
  for (const { method, route, requests } of failures.slice(
    failures.findLastIndex(({ minute }) => minute <= since) + 1,
  ))
    counts.set(`${method} ${route}`, (counts.get(`${method} ${route}`) ?? 0) + requests)
  return [...counts]
    .map(([operation, errors]) => ({ operation, errors }))
    .sort((a, b) => b.errors - a.errors || (a.operation < b.operation ? -1 : 1))
}

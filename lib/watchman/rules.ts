import type { FindingSeverity, SightingKind } from "@/prisma/generated/enums"
import { addDuration, days, floorTo, hours, minutes } from "../duration"
import type { Sighting } from "../usage/sightings"

// What is unusual about the use of a key. Pure: everything a rule knows is in KeyActivity, which
// lib/watchman/activity.ts loads and lib/testing/key-histories.ts makes up. A key is compared with its own past and
// nothing else. How far a finding may go follows from who can cause it: networks, countries and numbers come from
// requests whose key was accepted, over trusted proxies; what a client calls itself is its own word, and refused
// requests are anybody's. So a name or a refusal never makes more than a notice by itself, and only signs that are
// independent of each other, seen in a number of requests, are critical, which may suspend the key.

/** What counts as happening now. A finding is opened within it or not at all. */
export const WINDOW = hours(1)
/** Errors gather faster than strangeness does, and a spike of long ago must not dilute them. */
export const ERROR_WINDOW = minutes(15)

/** Five weeks hold every day of the week five times, and the run before of a monthly job. */
export const BASELINE = days(35)
/** The last day is not part of the past: who raises the load step by step must not become their own measure. */
export const BASELINE_ENDS = days(1)
/** How far back the days of use go: the usual retention, and three runs of a monthly job. */
export const DAYS_OF_USE = days(90)

/** A key learns first: everything about a new one is new. */
const LEARNING = days(3)
const LEARNING_REQUESTS = 100
/** One that is used little has shown its habits by then, too. */
const LEARNING_LITTLE_USED = days(14)

/** Black Friday is 2.5 times the busiest hour of a month, a launch perhaps three times; a scraper does not stop there. */
const VOLUME_FACTOR = 4
/** Below it even a multiple is no load and no loot. */
const VOLUME_MIN = 200

/** A broken client fails for a while, and then somebody notices. Below it is everyday life. */
const ERRORS_MIN = 50
/** Half of what is sent fails, and three times as often as it used to. */
const ERROR_SHARE = 0.5
const ERROR_FACTOR = 3
/** One call that is broken is a bug, several are a search for what works … */
const PROBED_OPERATIONS = 3
/** … and so is one that is tried this often, as somebody who guesses ids does. */
const PROBING_ERRORS = 300
const REFUSED_MIN = 100

/** Longer than any holiday. */
const DORMANT = days(30)
/** A monthly job is silent for a month, each month. */
const DORMANT_FACTOR = 2

/** Several offices, or a laptop on a train, do not reach it within an hour. */
const NETWORKS_MIN = 8
/** Cloud egress hops all the time: only far more new networks than in its own busiest hour say anything. */
const NETWORKS_FACTOR = 3
/** A botnet is spread over the world, the egress of one cloud region is not. */
const COUNTRIES_OF_A_BOTNET = 3

/** Who comes from somewhere new more often than every other day is at home everywhere. */
const NEW_NETWORKS_PER_DAY = 0.5
/** Whose use is spread over so many countries, another one means little. */
const COUNTRIES_AT_HOME = 8
/** What has had so many clients within the baseline is used by people who try things out. */
const CLIENTS_AT_HOME = 5

/** So that one odd request, or a handful, never suspends a key. */
const CRITICAL_REQUESTS = 20
/** A second sign of a new network is only one in more than a stray request. */
const TELLING_REQUESTS = 3

/** A suggested limit lets the busiest hour of the past happen in ten minutes, and is never less than this. */
const PEAK_SPREAD_MINUTES = 10
const SUGGESTED_LIMIT_MIN = 10

/** What the rules see of one key. Only hours, minutes and days in which there was something are listed. */
export type KeyActivity = {
  now: Date
  createdAt: Date
  /** From BASELINE ago until BASELINE_ENDS ago. `errors` are part of `accepted`, as in the minutes. */
  hours: { start: Date; accepted: number; errors: number }[]
  /** Of the last WINDOW. Accepted: its key was. Errors: those of the client's making. Refused: its key was. */
  minutes: { start: Date; accepted: number; errors: number; refused: number }[]
  /** The days, in UTC, on which its key was accepted, oldest first, of the last DAYS_OF_USE. */
  daysOfUse: Date[]
  /** What failed in the last ERROR_WINDOW, most often first: "GET /api/v1/api-keys/{id}". */
  failing: { operation: string; errors: number }[]
  sightings: Sighting[]
}

export type Evidence = Record<string, string | number | string[]>

export type Finding = {
  rule: RuleName
  severity: FindingSeverity
  /** One sentence for people. */
  headline: string
  evidence: Evidence
  suggestedLimitPerMinute?: number
}

/** Every rule. A name, once stored, is never changed. */
const rules = {
  new_network: newNetwork,
  new_country: newCountry,
  new_client: newClient,
  volume,
  error_burst: errorBurst,
  dormant_wakes: dormantWakes,
  many_networks: manyNetworks,
}
export type RuleName = keyof typeof rules
type Verdict = Omit<Finding, "rule"> | null

/** What is unusual about the key now, the most serious first. */
export function findingsOf(activity: KeyActivity): Finding[] {
  const facts = observe(activity)
  const found = (Object.keys(rules) as RuleName[]).flatMap((rule) => {
    const verdict = rules[rule](facts)
    return verdict ? [{ rule, ...verdict }] : []
  })
  return found.sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
}

/** For comparing: a higher number is more serious. */
export function severityRank(severity: FindingSeverity): number {
  return ["notice", "warning", "critical"].indexOf(severity)
}

// The rules ------------------------------------------------------------------------------------

/** Where the country is new too, new_country tells it. */
function newNetwork({ learned, fresh, known, newNetworksPerDay }: Facts): Verdict {
  if (!learned || fresh.network.length === 0 || fresh.country.length > 0) return null
  if (known.network.length === 0 || newNetworksPerDay > NEW_NETWORKS_PER_DAY) return null
  const withNewClient =
    requestsOf(fresh.client) >= TELLING_REQUESTS && requestsOf(fresh.network) >= TELLING_REQUESTS
  return {
    severity: withNewClient ? "warning" : "notice",
    headline: withNewClient
      ? `It is used from a new network by a client it never had: ${names(fresh.client)}.`
      : `It is used from a new network: ${names(fresh.network)}.`,
    evidence: {
      networks: valuesOf(fresh.network),
      knownNetworks: known.network.length,
      requests: requestsOf(fresh.network),
      ...(withNewClient ? { clients: valuesOf(fresh.client) } : {}),
    },
  }
}

function newCountry(facts: Facts): Verdict {
  const { learned, fresh, known, accepted, surge, failing } = facts
  // Without known networks its addresses were not known either, and a country is new to us only.
  if (!learned || fresh.country.length === 0 || known.network.length === 0) return null
  const requests = requestsOf(fresh.country)
  const isMost = requests >= CRITICAL_REQUESTS && requests >= accepted / 2
  const atHomeEverywhere = known.country.length >= COUNTRIES_AT_HOME
  const critical = isMost && (surge || failing)
  return {
    severity: critical ? "critical" : atHomeEverywhere ? "notice" : "warning",
    headline: `It is used from ${countries(fresh.country)} for the first time${
      critical ? (surge ? ", far more than it is ever used" : ", and most of what is tried fails") : ""
    }.`,
    evidence: {
      countries: valuesOf(fresh.country),
      knownCountries: valuesOf(known.country),
      networks: valuesOf(fresh.network),
      requests,
    },
    ...(critical ? { suggestedLimitPerMinute: suggestedLimit(facts) } : {}),
  }
}

/** Never more than a notice: a client calls itself what it likes. */
function newClient({ learned, fresh, known, clientsOfLate }: Facts): Verdict {
  if (!learned || fresh.client.length === 0 || known.client.length === 0) return null
  if (clientsOfLate >= CLIENTS_AT_HOME) return null
  return {
    severity: "notice",
    headline: `It is used by a client it never had: ${names(fresh.client)}.`,
    evidence: {
      clients: valuesOf(fresh.client),
      knownClients: valuesOf(known.client),
      requests: requestsOf(fresh.client),
    },
  }
}

function volume(facts: Facts): Verdict {
  const { surge, accepted, peakHour, fresh } = facts
  if (!surge) return null
  const half = accepted / 2
  const byStrangers = requestsOf(fresh.network) >= half && requestsOf(fresh.client) >= half
  return {
    severity: byStrangers ? "critical" : "warning",
    headline:
      peakHour > 0
        ? `It is used ${Math.round(accepted / peakHour)} times as much as in its busiest hour.`
        : `It is used ${accepted} times an hour, after weeks with next to nothing.`,
    evidence: {
      requests: accepted,
      busiestHour: peakHour,
      ...(byStrangers ? { networks: valuesOf(fresh.network), clients: valuesOf(fresh.client) } : {}),
    },
    suggestedLimitPerMinute: suggestedLimit(facts),
  }
}

function errorBurst(facts: Facts): Verdict {
  const { failing, errors, recent, refused, failingOperations } = facts
  if (failing) {
    const probing = failingOperations.length >= PROBED_OPERATIONS || errors >= PROBING_ERRORS
    return {
      severity: probing ? "warning" : "notice",
      headline: `${errors} of ${recent} requests failed within a quarter of an hour.`,
      evidence: { errors, requests: recent, operations: failingOperations.map(({ operation }) => operation) },
      suggestedLimitPerMinute: suggestedLimit(facts),
    }
  }
  if (refused < REFUSED_MIN) return null
  return {
    severity: "notice",
    headline: `It was refused ${refused} times within a quarter of an hour.`,
    evidence: { refused },
  }
}

function dormantWakes({ dormantFor, accepted, fresh }: Facts): Verdict {
  if (dormantFor === null || accepted === 0) return null
  const strange = fresh.network.length > 0 || fresh.country.length > 0
  const certain =
    fresh.country.length > 0 && fresh.client.length > 0 && requestsOf(fresh.country) >= CRITICAL_REQUESTS
  const silentDays = Math.floor(dormantFor / days(1))
  return {
    severity: certain ? "critical" : strange ? "warning" : "notice",
    headline: `It is used again after ${silentDays} days${strange ? ", from somewhere new" : ""}.`,
    evidence: {
      silentDays,
      requests: accepted,
      ...(strange ? { networks: valuesOf(fresh.network), countries: valuesOf(fresh.country) } : {}),
    },
  }
}

function manyNetworks(facts: Facts): Verdict {
  const { learned, fresh, networksPeak, surge, accepted } = facts
  const count = fresh.network.length
  if (!learned || count < NETWORKS_MIN || count < NETWORKS_FACTOR * networksPeak) return null
  const requests = requestsOf(fresh.network)
  const spread = fresh.country.length >= COUNTRIES_OF_A_BOTNET
  const critical = requests >= CRITICAL_REQUESTS && (spread || (surge && requests >= accepted / 2))
  return {
    severity: critical ? "critical" : "warning",
    headline: `It is used from ${count} new networks at once${
      spread ? ` in ${fresh.country.length} new countries` : ""
    }.`,
    evidence: {
      networkCount: count,
      usualNetworkCount: networksPeak,
      networks: valuesOf(fresh.network),
      countries: valuesOf(fresh.country),
      requests,
    },
    suggestedLimitPerMinute: suggestedLimit(facts),
  }
}

// What they go by ------------------------------------------------------------------------------

type Facts = ReturnType<typeof observe>

function observe(activity: KeyActivity) {
  const { now, createdAt, sightings } = activity
  const since = addDuration(now, -WINDOW)
  const fresh = byKind(sightings.filter(({ firstSeenAt }) => firstSeenAt >= since))
  const known = byKind(sightings.filter(({ firstSeenAt }) => firstSeenAt < since))

  const past = { accepted: 0, errors: 0, peak: 0 }
  for (const { accepted, errors } of activity.hours) {
    past.accepted += accepted
    past.errors += errors
    past.peak = Math.max(past.peak, accepted)
  }
  const firstUse = activity.daysOfUse[0] ?? now
  const usedFor = now.getTime() - firstUse.getTime()
  const learned =
    usedFor >= LEARNING && (past.accepted >= LEARNING_REQUESTS || usedFor >= LEARNING_LITTLE_USED)

  const accepted = sum(activity.minutes, ({ accepted }) => accepted)
  const latest = activity.minutes.filter(({ start }) => start > addDuration(now, -ERROR_WINDOW))
  const errors = sum(latest, ({ errors }) => errors)
  const recent = sum(latest, ({ accepted }) => accepted)
  const usualErrorShare = past.accepted === 0 ? 0 : past.errors / past.accepted
  const networks = networkHabits(activity, firstUse)
  return {
    activity,
    learned,
    fresh,
    known,
    accepted,
    peakHour: past.peak,
    surge: learned && accepted >= VOLUME_MIN && accepted >= VOLUME_FACTOR * past.peak,
    errors,
    recent,
    refused: sum(latest, ({ refused }) => refused),
    failing:
      learned &&
      errors >= ERRORS_MIN &&
      errors / recent >= Math.max(ERROR_SHARE, Math.min(ERROR_FACTOR * usualErrorShare, 1)),
    failingOperations: activity.failing,
    dormantFor: dormantFor(activity.daysOfUse, { now, createdAt }),
    newNetworksPerDay: networks.perDay,
    networksPeak: networks.peak,
    clientsOfLate: known.client.filter(({ firstSeenAt }) => firstSeenAt > addDuration(now, -BASELINE)).length,
  }
}

/** How many new networks it has a day, and had in its busiest hour, once its first days are over. */
function networkHabits({ now, sightings }: KeyActivity, firstUse: Date): { perDay: number; peak: number } {
  const from = Math.max(firstUse.getTime() + LEARNING, now.getTime() - BASELINE)
  const until = now.getTime() - BASELINE_ENDS
  const perHour = new Map<number, number>()
  let count = 0
  for (const { kind, firstSeenAt } of sightings) {
    const time = firstSeenAt.getTime()
    if (kind !== "network" || time < from || time >= until) continue
    const hour = Math.floor(time / hours(1))
    perHour.set(hour, (perHour.get(hour) ?? 0) + 1)
    count++
  }
  return {
    perDay: until > from ? count / Math.max(1, (until - from) / days(1)) : 0,
    peak: Math.max(0, ...perHour.values()),
  }
}

/** How long it had lain still before today, where that is long, also for this key; null where it is not. */
function dormantFor(daysOfUse: Date[], { now, createdAt }: Pick<KeyActivity, "now" | "createdAt">) {
  const today = floorTo(now, days(1))
  const before = daysOfUse.filter((day) => day < today).map((day) => day.getTime())
  // The day of its last use ends with it.
  const last = before.at(-1)
  const silence = now.getTime() - (last === undefined ? createdAt.getTime() : last + days(1))
  const longest = Math.max(0, ...before.slice(1).map((day, index) => day - (before[index] ?? day)))
  return silence >= DORMANT && silence >= DORMANT_FACTOR * longest ? silence : null
}

function suggestedLimit({ peakHour }: { peakHour: number }): number {
  return Math.max(SUGGESTED_LIMIT_MIN, Math.ceil(peakHour / PEAK_SPREAD_MINUTES))
}

function byKind(sightings: Sighting[]): Record<SightingKind, Sighting[]> {
  const kinds: Record<SightingKind, Sighting[]> = { network: [], country: [], client: [], scope: [] }
  for (const sighting of sightings) kinds[sighting.kind].push(sighting)
  return kinds
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

function requestsOf(sightings: Sighting[]): number {
  return sum(sightings, ({ requests }) => requests)
}

/** As many as are worth reading, the busiest first. */
const SHOWN_MAX = 10

function valuesOf(sightings: Sighting[]): string[] {
  return sightings
    .toSorted((a, b) => b.requests - a.requests || (a.value < b.value ? -1 : 1))
    .slice(0, SHOWN_MAX)
    .map(({ value }) => value)
}

function names(sightings: Sighting[]): string {
  return list(valuesOf(sightings), sightings.length)
}

function countries(sightings: Sighting[]): string {
  const names = new Intl.DisplayNames("en", { type: "region", fallback: "code" })
  return list(
    valuesOf(sightings).map((code) => (/^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code)),
    sightings.length,
  )
}

/** "a", "a and b", "a, b and 5 more". */
function list(values: string[], count: number): string {
  const [first = "", second = ""] = values
  if (count <= 1) return first
  return count === 2 ? `${first} and ${second}` : `${first}, ${second} and ${count - 2} more`
}

import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { isRefused } from "./outcomes"

// Adding up what the usage log counted.

/** How many requests had one answer. */
export type Count = { outcome: ApiKeyOutcome; status: number; requests: number }

/** How many requests had which answer. `refused`: by the key's own state or limits, before anything was done. */
export type UsageTotals = {
  requests: number
  succeeded: number
  clientErrors: number
  serverErrors: number
  refused: number
}

/** More routes than this nobody reads. */
const ROUTES_MAX = 50

export function noUse(): UsageTotals {
  return { requests: 0, succeeded: 0, clientErrors: 0, serverErrors: 0, refused: 0 }
}

/** Adds a count to totals, in place. */
export function addCount(totals: UsageTotals, { outcome, status, requests }: Count): void {
  totals.requests += requests
  if (isRefused(outcome)) totals.refused += requests
  else if (status >= 500) totals.serverErrors += requests
  else if (status >= 400) totals.clientErrors += requests
  else totals.succeeded += requests
}

export function totalsOf(counts: readonly Count[]): UsageTotals {
  const totals = noUse()
  for (const count of counts) addCount(totals, count)
  return totals
}

export type Group<T> = [T, ...T[]]

/** The counts that have the same `by`, together. */
export function grouped<T>(counts: readonly T[], by: (count: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>()
  for (const count of counts) {
    const group = groups.get(by(count))
    if (group) group.push(count)
    else groups.set(by(count), [count])
  }
  return [...groups.values()]
}

export type RouteCount = Count & { method: string; route: string }

/** The counts of each route and its totals, the busiest routes first. */
export function busiestRoutes<T extends RouteCount>(
  counts: readonly T[],
): { method: string; route: string; totals: UsageTotals; counts: Group<T> }[] {
  return grouped(counts, ({ method, route }) => `${method} ${route}`)
    .map((counts) => ({
      method: counts[0].method,
      route: counts[0].route,
      totals: totalsOf(counts),
      counts,
    }))
    .sort((a, b) => b.totals.requests - a.totals.requests)
    .slice(0, ROUTES_MAX)
}

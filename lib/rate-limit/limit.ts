import ipaddr from "ipaddr.js"
import { AppError, type Quota } from "../errors"
import { type PolicyName, policies } from "./policies"
import { consume, peek, retryAfterSeconds } from "./rate-limit"

/** Counts one attempt of `subject` and says what is left. Throws rate_limited once nothing is. */
export async function requireWithin(name: PolicyName, subject: string): Promise<Quota> {
  return allowed(await countAttempt(name, subject))
}

/** The same where nothing is refused: `consumption.allowed` says whether something was left. */
export async function countAttempt(name: PolicyName, subject: string): Promise<Quota> {
  return { name, consumption: await consume(policyOf(name), subject) }
}

/** Throws rate_limited where nothing is left, and counts nothing: for limits that only failures use up. */
export async function requireNotExhausted(name: PolicyName, subject: string): Promise<Quota> {
  return allowed(await quotaOf(name, subject))
}

/** What is left of `subject`'s attempts; counts nothing. */
export async function quotaOf(name: PolicyName, subject: string): Promise<Quota> {
  return { name, consumption: await peek(policyOf(name), subject) }
}

function policyOf(name: PolicyName) {
  return { name, ...policies[name]() }
}

function allowed(quota: Quota): Quota {
  if (quota.consumption.allowed) return quota
  const seconds = retryAfterSeconds(quota.consumption)
  throw new AppError("rate_limited", `Too many attempts. Try again in ${secondsWords(seconds)}.`, {
    retryAfterSeconds: seconds,
    quota,
  })
}

function secondsWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? "1 second" : `${seconds} seconds`
  return `${Math.ceil(seconds / 60)} minutes`
}

/**
 * Whose quota an address uses up: an IPv4 address its own, an IPv6 address that of its /64, which one subscriber has
 * whole. Whoever has no address that can be believed shares one with all others like it.
 */
export function addressSubject(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return "unknown"
  const parsed = ipaddr.process(address)
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString()
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":")}::/64`
}

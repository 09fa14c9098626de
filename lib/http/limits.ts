import { addressSubject, requireNotExhausted, requireWithin } from "../rate-limit/limit"
import type { PolicyName } from "../rate-limit/policies"
import { setRateLimitHeaders } from "./rate-limit-headers"
import type { RequestSource } from "./request-context"

/** What of a route is limited per client address, before its body, its caller or the database is looked at. */
export type RouteLimits = {
  /** Every request counts. */
  limit?: PolicyName
  /** Only requests that are refused count (400, 401, 403); an address that has used it up is refused without a look. */
  failureLimit?: PolicyName
}

/** Runs a handler within its limits and says on its answer what is left. Throws rate_limited instead of running it. */
export async function withinLimits(
  { limit, failureLimit }: RouteLimits,
  { clientAddress }: RequestSource,
  answer: () => Promise<Response>,
): Promise<Response> {
  const subject = addressSubject(clientAddress)
  if (failureLimit) await requireNotExhausted(failureLimit, subject)
  const quota = limit && (await requireWithin(limit, subject))
  const response = await answer()
  if (quota && !response.headers.has("ratelimit")) setRateLimitHeaders(response.headers, quota)
  // The attempt that is one too many is answered as it is; the next one is not looked at.
  if (failureLimit && [400, 401, 403].includes(response.status))
    await requireWithin(failureLimit, subject).catch(() => undefined)
  return response
}

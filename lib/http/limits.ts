import { addressSubject, quotaOf, requireNotExhausted, requireWithin } from "../rate-limit/limit"
import type { PolicyName } from "../rate-limit/policies"
import { setRateLimitHeaders } from "./rate-limit-headers"
import type { RequestSource } from "./request-context"

/** What of a route is limited per client address, before its body, its caller or the database is looked at. */
export type RouteLimits = {
  /** Every request counts. */
  limit?: PolicyName
  /** Only requests that are refused count (400, 401, 403); an address that has used it up is refused without a look. */
  failureLimit?: PolicyName
  /** The handler counts, some requests only; the answer says what is left all the same. */
  ownLimit?: PolicyName
}

/** Runs a handler within its limits and says on its answer what is left. Throws rate_limited instead of running it. */
export async function withinLimits(
  { limit, failureLimit, ownLimit }: RouteLimits,
  { clientAddress }: RequestSource,
  answer: () => Promise<Response>,
): Promise<Response> {
  const subject = addressSubject(clientAddress)
  let quota = failureLimit && (await requireNotExhausted(failureLimit, subject))
  if (limit) quota = await requireWithin(limit, subject)
  const response = await answer()
  // The attempt that is one too many is answered as it is; the next one is not looked at.
  if (failureLimit && [400, 401, 403].includes(response.status))
    quota = await requireWithin(failureLimit, subject).catch(() => quota)
  if (ownLimit) quota = await quotaOf(ownLimit, subject)
  if (quota && !response.headers.has("ratelimit")) setRateLimitHeaders(response.headers, quota)
  return response
}

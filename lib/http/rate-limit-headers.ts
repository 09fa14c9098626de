import type { Quota } from "../errors"
import { retryAfterSeconds } from "../rate-limit/rate-limit"

/** Says on an answer what is left of a quota (draft-ietf-httpapi-ratelimit-headers). */
export function setRateLimitHeaders(headers: Headers, { name, consumption }: Quota): void {
  const { limit, window, remaining } = consumption
  headers.set("ratelimit-policy", `"${name}";q=${limit};w=${window / 1000}`)
  headers.set("ratelimit", `"${name}";r=${remaining};t=${retryAfterSeconds(consumption)}`)
}

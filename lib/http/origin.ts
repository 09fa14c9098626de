import { env } from "../env"
import { AppError } from "../errors"

/**
 * Throws origin_not_allowed unless the request provably comes from our own pages. Guards every unsafe method
 * that is authenticated by a cookie. `Origin: null` and a request with neither header are refused.
 */
export function requireSameOrigin(headers: Headers): void {
  if (isSameOrigin(headers)) return
  throw new AppError("origin_not_allowed", "This request did not come from the app's own pages.")
}

/** The same as an answer: exact Origin, or, where the browser sends none, Sec-Fetch-Site. */
export function isSameOrigin(headers: Headers): boolean {
  const origin = headers.get("origin")
  return origin === null ? headers.get("sec-fetch-site") === "same-origin" : origin === env().APP_URL
}

/** Throws origin_not_allowed when the request says that another site made it. For flows that carry a token of their own. */
export function refuseForeignOrigin(headers: Headers): void {
  if (headers.has("origin") || headers.has("sec-fetch-site")) requireSameOrigin(headers)
}

/**
 * Throws origin_not_allowed where a browser fetches an image, a frame or, for another site's script, anything: for what
 * a person visits in a window of its own, so that no page begins it unseen or uses up its limits.
 */
export function requireOwnWindow(headers: Headers): void {
  const destination = headers.get("sec-fetch-dest") ?? "empty"
  if (destination === "document" || (destination === "empty" && !isForeign(headers))) return
  throw new AppError("origin_not_allowed", "A sign-in takes place in a window of its own.")
}

/** Whether a browser says that another site, or another origin of ours, made the request. */
export function isForeign(headers: Headers): boolean {
  return ["same-site", "cross-site"].includes(headers.get("sec-fetch-site") ?? "")
}

/** Whether a method only reads (RFC 9110 section 9.2.1). TRACE is taken nowhere. */
export function isSafeMethod(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS"
}

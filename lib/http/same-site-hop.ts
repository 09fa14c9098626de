import { authCookies, cookieLine, readCookie } from "../auth/cookies"
import { PRODUCT_NAME } from "../product"

// The session cookie is SameSite=Strict: no request that another site caused carries it. Two of those are people who
// arrive here, from their provider and from a link. They are answered with a page that loads the same address again;
// that request is our own, and brings the cookie.

/** Whether a browser arrived from another site and so held its session cookie back. */
export function needsSameSiteHop({ method, headers }: Request): boolean {
  const cookies = headers.get("cookie")
  return (
    method === "GET" &&
    headers.get("sec-fetch-site") === "cross-site" &&
    headers.get("sec-fetch-mode") === "navigate" &&
    readCookie(cookies, authCookies().sessionToken.name) === null &&
    // A browser that calls the second request cross-site too would go round in circles.
    readCookie(cookies, authCookies().hop.name) === null
  )
}

const HOP_SECONDS = 5

/** The page that loads the same address again. It repeats nothing of the request, and works without scripts. */
export function sameSiteHop(): Response {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy":
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "set-cookie": cookieLine(authCookies().hop, "1", HOP_SECONDS),
  }
  const html = `<!doctype html><html lang="en"><title>${PRODUCT_NAME}</title><meta http-equiv="refresh" content="0">`
  return new Response(html, { headers })
}

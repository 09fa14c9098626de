import { randomBytes } from "node:crypto"
import { type NextRequest, NextResponse } from "next/server"
import { PATH_HEADER } from "./lib/auth/paths"
import { contentSecurityPolicy } from "./lib/http/content-security-policy"
import { needsSameSiteHop, sameSiteHop } from "./lib/http/same-site-hop"

/** Pages that depend on who is signed in. */
const asksForSession = /^\/(dashboard|sign-in|sign-up)(\/|$)/

/**
 * Runs before pages: gives each its own nonce and tells it its path. It decides nothing about who may see
 * what: every page, action and handler asks the data layer, so a request that got past this file gains nothing.
 */
export function proxy(request: NextRequest): Response {
  if (asksForSession.test(request.nextUrl.pathname) && needsSameSiteHop(request)) return sameSiteHop()
  const nonce = randomBytes(16).toString("base64")
  const policy = contentSecurityPolicy(nonce)

  const headers = new Headers(request.headers)
  headers.set("x-nonce", nonce)
  // Next reads the nonce for its own scripts from this header; what the client sent under the name is replaced.
  headers.set("content-security-policy", policy)
  headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set("content-security-policy", policy)
  response.headers.set("cache-control", "private, no-store")
  return response
}

export const config = {
  // Not the API: Next would buffer its bodies. Not files and documents that are the same for everybody.
  matcher: [
    "/((?!api/|_next/static/|_next/image/|(?:healthz|readyz|metrics|sign-out|icon\\.svg|robots\\.txt|favicon\\.ico|\\.well-known/(?:jwks\\.json|oauth-authorization-server|oauth-protected-resource|security\\.txt|change-password))$).*)",
  ],
}

import { NextRequest } from "next/server"
import { env } from "../env"
import { readBytes } from "../http/body"
import { authCookies, keepCookies, readCookie } from "./cookies"
import { safeRedirectPath } from "./redirect-path"

export const nextAuthPath = "/api/auth"

/**
 * The request as next-auth may see it: cookies by exact name only, because it joins look-alikes into one value;
 * no session cookie except to sign out with; no callbackUrl that could make it fail; a body of bounded size.
 */
export async function reduceRequest(request: Request): Promise<NextRequest> {
  const { pathname, search } = new URL(request.url)
  const url = new URL(pathname + search, env().APP_URL)
  const target = url.searchParams.get("callbackUrl")
  if (target !== null || pathname.startsWith(`${nextAuthPath}/signin`)) {
    url.searchParams.set("callbackUrl", safeRedirectPath(target, env().APP_URL))
  }

  const headers = new Headers(request.headers)
  headers.set("cookie", keepCookies(request.headers.get("cookie"), cookiesFor(request)))
  const body = request.method === "POST" ? await readBytes(request) : undefined
  // HEAD is a GET whose body nobody sees; next-auth knows only GET.
  return new NextRequest(url, { method: body ? "POST" : "GET", headers, body })
}

function cookiesFor(request: Request): string[] {
  const { sessionToken, callbackUrl, ...flow } = authCookies()
  const names = Object.values(flow).map(({ name }) => name)
  if (new URL(request.url).pathname === `${nextAuthPath}/signout`) names.push(sessionToken.name)
  if (isOwnUrl(readCookie(request.headers.get("cookie"), callbackUrl.name))) names.push(callbackUrl.name)
  return names
}

function isOwnUrl(cookieValue: string | null): boolean {
  return cookieValue?.startsWith(encodeURIComponent(`${env().APP_URL}/`)) ?? false
}

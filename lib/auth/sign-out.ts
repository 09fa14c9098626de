import { requireSameOrigin } from "../http/origin"
import { problemResponse } from "../http/problem"
import { requestSource } from "../http/request-context"
import { authCookies, expiredCookie, readCookie } from "./cookies"
import { signOut } from "./sessions"

/**
 * POST /sign-out, a plain form of the dashboard: ends the session in the database first, then clears the
 * cookie. With the database away it answers 503 and clears nothing: a cookie that is only forgotten is not
 * signed out.
 */
export async function handleSignOut(request: Request): Promise<Response> {
  const source = requestSource(request.headers)
  const cookie = authCookies().sessionToken
  try {
    requireSameOrigin(request.headers)
    const token = readCookie(request.headers.get("cookie"), cookie.name)
    if (token) await signOut(source, token)
  } catch (error) {
    return problemResponse(error, { requestId: source.requestId })
  }
  const headers = {
    location: "/",
    "set-cookie": expiredCookie(cookie),
    "cache-control": "private, no-store",
  }
  return clearCache(new Response(null, { status: 303, headers }))
}

/** Whoever uses the browser next finds no page of who signed out. */
export function clearCache(response: Response): Response {
  response.headers.set("clear-site-data", '"cache"')
  return response
}

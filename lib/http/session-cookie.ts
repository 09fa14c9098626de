import { cookies, headers } from "next/headers"
import { authCookies, FLOW_SECONDS_MAX, readCookie } from "../auth/cookies"

/** Puts a session into the browser that an action answers. */
export async function setSessionCookie({
  token,
  expiresAt,
}: {
  token: string
  expiresAt: Date
}): Promise<void> {
  const { name, options } = authCookies().sessionToken
  const jar = await cookies()
  jar.set(name, token, { ...options, expires: expiresAt })
}

/** Ties a sign-in by passkey that is under way to this browser. */
export async function setPasskeyCookie(browserToken: string): Promise<void> {
  const { name, options } = authCookies().passkey
  const jar = await cookies()
  jar.set(name, browserToken, { ...options, maxAge: FLOW_SECONDS_MAX })
}

/** What setPasskeyCookie put there, or null; it is taken away, because its challenge is good once. */
export async function takePasskeyCookie(): Promise<string | null> {
  const { name } = authCookies().passkey
  const token = readCookie((await headers()).get("cookie"), name)
  const jar = await cookies()
  jar.delete({ name, path: "/", secure: name.startsWith("__Host-") })
  return token
}

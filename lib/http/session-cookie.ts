import { cookies } from "next/headers"
import { authCookies } from "../auth/cookies"

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

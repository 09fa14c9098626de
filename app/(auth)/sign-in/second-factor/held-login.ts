import { headers } from "next/headers"
import { clientName } from "@/lib/auth/clients"
import { loginCookie, readCookie } from "@/lib/auth/cookies"
import { getHeldLogin } from "@/lib/auth/login"

/** What the page shows of a program's sign-in that this browser began and that awaits a second factor, or null. */
export async function heldLoginFrom(login: unknown) {
  if (typeof login !== "string" || !/^[\w-]{43}$/.test(login)) return null
  const browserToken = readCookie((await headers()).get("cookie"), loginCookie(login).name)
  const held = browserToken === null ? null : await getHeldLogin({ state: login, browserToken })
  return (
    held && {
      login,
      email: held.user.email,
      clientName: clientName(held.clientId),
      hasFactor: held.user.secondFactorSince !== null,
      hasPasskey: held.user._count.passkeys > 0,
    }
  )
}

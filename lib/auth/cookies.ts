import { minutes } from "../duration"
import { env } from "../env"

const FLOW_SECONDS_MAX = minutes(15) / 1000

/**
 * The cookies of the browser sign-in, by exact name. `__Host-` makes the browser refuse them from a subdomain
 * or over http; plain http exists only on loopback, where the prefix would make it drop them.
 */
export function authCookies() {
  const secure = env().APP_URL.startsWith("https:")
  const name = (suffix: string) => `${secure ? "__Host-" : ""}latchkey.${suffix}`
  const options = { httpOnly: true, secure, sameSite: "lax", path: "/" } as const
  const flow = (suffix: string) => ({ name: name(suffix), options: { ...options, maxAge: FLOW_SECONDS_MAX } })
  return {
    sessionToken: { name: name("session"), options },
    csrfToken: { name: name("csrf"), options },
    callbackUrl: flow("callback-url"),
    pkceCodeVerifier: flow("pkce"),
    state: flow("state"),
    nonce: flow("nonce"),
  }
}

type AuthCookie = ReturnType<typeof authCookies>["sessionToken"]

/** The Set-Cookie line that removes a cookie. */
export function expiredCookie({ name, options }: AuthCookie): string {
  return `${name}=; Path=${options.path}; Max-Age=0; HttpOnly; SameSite=Lax${options.secure ? "; Secure" : ""}`
}

/** The value of the cookie of exactly that name, or null. Two of one name count as none. */
export function readCookie(header: string | null, name: string): string | null {
  const values = parseCookies(header).filter((cookie) => cookie.name === name)
  return values.length === 1 ? (values[0]?.value ?? null) : null
}

/** A Cookie header that holds only the named cookies: prefixes, look-alikes and `.0` chunks are left behind. */
export function keepCookies(header: string | null, names: string[]): string {
  return parseCookies(header)
    .filter((cookie) => names.includes(cookie.name))
    .map((cookie) => `${cookie.name}=${cookie.value}`)
    .join("; ")
}

function parseCookies(header: string | null): { name: string; value: string }[] {
  return (header ?? "").split(";").map((pair) => {
    const [name = "", ...value] = pair.split("=")
    // Only spaces: trim() would also take U+2000 and let a forged prefix through.
    return { name: name.replace(/^ +| +$/g, ""), value: value.join("=").replace(/^ +| +$/g, "") }
  })
}

import { minutes } from "../duration"
import { env } from "../env"

/** How long a sign-in may take between here and the provider. */
export const FLOW_SECONDS_MAX = minutes(15) / 1000

/**
 * The cookies of the browser sign-in, by exact name. `__Host-` makes the browser refuse them from a subdomain
 * or over http; plain http exists only on loopback, where the prefix would make it drop them.
 */
export function authCookies() {
  return {
    sessionToken: sessionCookie(),
    csrfToken: cookie("csrf"),
    callbackUrl: flowCookie("callback-url"),
    pkceCodeVerifier: flowCookie("pkce"),
    state: flowCookie("state"),
    nonce: flowCookie("nonce"),
    passkey: flowCookie("passkey"),
    hop: flowCookie("hop"),
  }
}

/** The cookie that ties a sign-in over the API to the browser that began it: one for each that is under way. */
export function loginCookie(state: string) {
  return flowCookie(`login-${state.slice(0, 8)}`)
}

/**
 * Those that a new sign-in pushes out, so that another site that begins many cannot fill the cookie header. Browsers
 * send the oldest first (RFC 6265 section 5.4).
 */
export function staleLoginCookies(header: string | null): Cookie[] {
  const { name, options } = loginCookie("")
  const names = parseCookies(header).flatMap((cookie) => (cookie.name.startsWith(name) ? [cookie.name] : []))
  return names.slice(0, 1 - LOGINS_UNDER_WAY_MAX).map((name) => ({ name, options }))
}

const LOGINS_UNDER_WAY_MAX = 8

/** Strict: nothing that another site causes carries it. lib/http/same-site-hop.ts brings it where people arrive. */
function sessionCookie() {
  const { name, options } = cookie("session")
  return { name, options: { ...options, sameSite: "strict" } as const }
}

/** Lax: the provider sends the browser back from its own site. */
function cookie(suffix: string) {
  const secure = env().APP_URL.startsWith("https:")
  const name = `${secure ? "__Host-" : ""}latchkey.${suffix}`
  return { name, options: { httpOnly: true, secure, sameSite: "lax", path: "/" } as const }
}

function flowCookie(suffix: string) {
  const { name, options } = cookie(suffix)
  return { name, options: { ...options, maxAge: FLOW_SECONDS_MAX } }
}

type Cookie = { name: string; options: { secure: boolean; path: string; sameSite: "lax" | "strict" } }

/** The Set-Cookie line that sets a cookie for `maxAge` seconds. */
export function cookieLine({ name, options }: Cookie, value: string, maxAge: number): string {
  const sameSite = options.sameSite === "strict" ? "Strict" : "Lax"
  return `${name}=${value}; Path=${options.path}; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}${options.secure ? "; Secure" : ""}`
}

/** The Set-Cookie line that removes a cookie. */
export function expiredCookie(cookie: Cookie): string {
  return cookieLine(cookie, "", 0)
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

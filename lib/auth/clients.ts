// The programs that may sign people in over the API (RFC 6749 section 2). All are public clients: they hold no
// secret, so PKCE and the exact redirect URI are what ties a code to them. Edit this list when you fork.

export type Client = {
  id: string
  /** What people read in the list of their sign-ins. */
  name: string
  /** Compared character by character. */
  redirectUris: readonly string[]
  /** RFC 8252 section 7.3: for a program that listens on whatever port is free. Only for loopback addresses. */
  anyPort?: true
  /** The web origins that may call the token endpoints from a browser. */
  origins?: readonly string[]
}

export const clients: readonly Client[] = [
  {
    id: "cli",
    name: "Command line",
    redirectUris: ["http://127.0.0.1/callback", "http://[::1]/callback"],
    anyPort: true,
  },
  { id: "mobile", name: "Mobile app", redirectUris: ["com.latchkey.app:/callback"] },
  {
    id: "spa",
    name: "Single-page app",
    redirectUris: ["http://localhost:5173/callback"],
    origins: ["http://localhost:5173"],
  },
]

/** The client of the plain flow, whose tokens go straight to the browser that began it. It takes no redirect. */
export const PLAIN_CLIENT: Client = { id: "web", name: "Browser, over the API", redirectUris: [] }

/** The registered client of that id, or null. */
export function getClient(clientId: string): Client | null {
  return clients.find(({ id }) => id === clientId) ?? null
}

/** What people call a client; an id that is no longer registered stands for itself. */
export function clientName(clientId: string): string {
  return [PLAIN_CLIENT, ...clients].find(({ id }) => id === clientId)?.name ?? clientId
}

/** Whether a redirect URI is one of the client's, by exact comparison (RFC 9700 section 2.1). */
export function isRedirectUriOf(client: Client, redirectUri: string): boolean {
  return client.redirectUris.includes(client.anyPort ? withoutPort(redirectUri) : redirectUri)
}

const PORT_MAX = 65_535

/** Text, not URL, is compared: a parser would make other texts equal. */
function withoutPort(redirectUri: string): string {
  return redirectUri.replace(
    /^(http:\/\/(?:127\.0\.0\.1|\[::1\])):([1-9]\d{0,4})(?=\/)/,
    (text, address, port) => (Number(port) <= PORT_MAX ? address : text),
  )
}

/** Every web origin from which the token endpoints may be called. */
export const clientOrigins: readonly string[] = clients.flatMap(({ origins = [] }) => origins)

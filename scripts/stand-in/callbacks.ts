const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

/** Where the app takes people back: in the browser's sign-in and in the API's. */
export function callbackPaths(provider: "google" | "github"): string[] {
  return [`/api/auth/callback/${provider}`, `/api/v1/auth/${provider}/callback`]
}

/** The port is free, since every clone of the app may run on another one; the rest is exact. */
export function isAppCallback(uri: string, paths: string[]): boolean {
  const url = URL.parse(uri)
  return (
    url !== null &&
    url.protocol === "http:" &&
    LOOPBACK_HOSTS.includes(url.hostname) &&
    paths.some((path) => uri === url.origin + path)
  )
}

/** What to tell a developer whose redirect URI is none of these. */
export function callbackAdvice(paths: string[]): string {
  return `Accepted here: http://localhost:<port> with ${paths.join(" or ")}.`
}

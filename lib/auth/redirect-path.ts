const HOME_PATH = "/dashboard"

/** The page of our own that `target` names, or /dashboard. Whatever it is, the result cannot leave the origin. */
export function safeRedirectPath(target: string | null | undefined, origin: string): string {
  if (!target || target.length > 2000 || /[\s\\\p{Cc}]/u.test(target)) return HOME_PATH
  const isPath = target.startsWith("/") && !target.startsWith("//")
  if (!isPath && !target.startsWith(`${origin}/`)) return HOME_PATH
  if (!URL.canParse(target, origin)) return HOME_PATH
  const url = new URL(target, origin)
  // `/..//evil` is a path of ours whose resolved form would name a host.
  if (url.origin !== origin || url.pathname.startsWith("//") || !isPage(url.pathname)) return HOME_PATH
  return `${url.pathname}${url.search}${url.hash}`
}

/** Not the API, where a request that our own page sends on is taken for one that it makes. */
function isPage(path: string): boolean {
  try {
    return !decodeURIComponent(path).startsWith("/api/")
  } catch {
    return false
  }
}

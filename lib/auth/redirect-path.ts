const HOME_PATH = "/dashboard"

/** The path of our own that `target` names, or /dashboard. Whatever it is, the result cannot leave the origin. */
export function safeRedirectPath(target: string | null | undefined, origin: string): string {
  if (!target || target.length > 2000 || /[\s\\\p{Cc}]/u.test(target)) return HOME_PATH
  const isPath = target.startsWith("/") && !target.startsWith("//")
  if (!isPath && !target.startsWith(`${origin}/`)) return HOME_PATH
  if (!URL.canParse(target, origin)) return HOME_PATH
  const url = new URL(target, origin)
  // `/..//evil` is a path of ours whose resolved form would name a host.
  if (url.origin !== origin || url.pathname.startsWith("//")) return HOME_PATH
  return `${url.pathname}${url.search}${url.hash}`
}

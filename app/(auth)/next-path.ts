/** Where to go after signing in, as the address asks. The sign-in action decides whether to obey. */
export function nextPathFrom(
  searchParams: Record<string, string | string[] | undefined>,
): string | undefined {
  // next-auth's own sign-in address hands its visitors on with `callbackUrl`.
  const next = searchParams.next ?? searchParams.callbackUrl
  return typeof next === "string" ? next : undefined
}

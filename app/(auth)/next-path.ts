/** Where to go after signing in, as the address asks. The sign-in action decides whether to obey. */
export function nextPathFrom(
  searchParams: Record<string, string | string[] | undefined>,
): string | undefined {
  return typeof searchParams.next === "string" ? searchParams.next : undefined
}

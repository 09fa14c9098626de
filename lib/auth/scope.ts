import { OAuthError } from "./oauth-error"

/**
 * The scope that a client asks for out of what it may have (RFC 6749 section 3.3): all of it when it asks for
 * nothing. Throws OAuthError invalid_scope for anything beyond, and for an empty scope.
 */
export function narrowScope(asked: string | undefined, granted: readonly string[]): readonly string[] {
  if (asked === undefined) return granted
  const names = new Set(asked.split(" "))
  const isWithin = [...names].every((name) => granted.includes(name))
  if (!isWithin) throw new OAuthError("invalid_scope", `The scope can be any of: ${granted.join(" ")}.`)
  return granted.filter((name) => names.has(name))
}

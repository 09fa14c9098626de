// What a key may be given. Forkers add the scopes of their own routes here, and the roles that hold them in
// permissions.ts. Safe for the browser.

export const scopes = ["ai:invoke", "keys:verify"] as const
export type Scope = (typeof scopes)[number]

/** What a key gets when `scopes` is left out; `[]` means nothing. */
export const defaultScopes: readonly Scope[] = ["ai:invoke"]

/** Whether a word is a scope: the rest of a key's list is ignored. */
export function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text)
}

import type { Scope } from "@/lib/auth/scopes"

/** What each scope lets a program do, for people who choose. */
export const scopeWords: Record<Scope, string> = {
  "ai:invoke": "Call the AI endpoints as this organization.",
  "keys:verify": "Check keys of this organization, for back ends of your own.",
}

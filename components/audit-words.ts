import type { AuditEventView } from "@/lib/audit/audit-log"
import { clientName } from "@/lib/auth/clients"

/** "api_key.created" as a person says it: "API key created". */
export function actionWords(action: string): string {
  const words = action.replace(/[._]/g, " ").replace(/\bapi\b/g, "API")
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function actorName(actor: AuditEventView["actor"]): string {
  if (actor.type === "system") return "Latchkey"
  return actor.name ?? (actor.type === "api_key" ? "an API key" : "a former member")
}

/** What is worth saying about an event beyond its name: the program it is about, or why it happened. */
export function detailWords({ action, details }: AuditEventView): string | null {
  const { client, reason, failure, attempt } = details
  if (typeof client === "string") return clientName(client)
  // A sign-in ends for a code of ours, a key for what a person typed.
  if (typeof reason === "string") return action === "session.ended" ? codeWords(reason) : reason
  if (typeof failure === "string") return codeWords(failure)
  return typeof attempt === "string" ? attempt : null
}

function codeWords(code: string): string {
  return code.replaceAll("_", " ")
}

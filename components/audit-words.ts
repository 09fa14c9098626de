import type { AuditEventView } from "@/lib/audit/audit-log"

/** "api_key.created" as a person says it: "API key created". */
export function actionWords(action: string): string {
  const words = action.replace(/[._]/g, " ").replace(/\bapi\b/g, "API")
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function actorName(actor: AuditEventView["actor"]): string {
  if (actor.type === "system") return "Latchkey"
  return actor.name ?? (actor.type === "api_key" ? "an API key" : "a former member")
}

import type { AuditEventView } from "@/lib/audit/audit-log"
import { clientName } from "@/lib/auth/clients"
import { seconds } from "@/lib/duration"
import { PRODUCT_NAME } from "@/lib/product"
import { formatDuration } from "./format-time"

/** What the rule below would say badly. */
const irregular: Record<string, string> = {
  "api_key.finding_opened": "Unusual use of an API key noticed",
  "api_key.finding_answered": "Unusual use of an API key answered",
  "api_key.overlap_ended": "Old secret of an API key ended",
  "organization.watchman_changed": "Watchman set anew",
}

/** "api_key.created" as a person says it: "API key created". */
export function actionWords(action: string): string {
  if (Object.hasOwn(irregular, action)) return irregular[action] ?? action
  const words = action.replace(/[._]/g, " ").replace(/\bapi\b/g, "API")
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function actorName(actor: AuditEventView["actor"]): string {
  if (actor.type === "system") return PRODUCT_NAME
  return actor.name ?? (actor.type === "api_key" ? "an API key" : "a former member")
}

/** What is worth saying about an event beyond its name: what it is about, or why it happened. */
export function detailWords({ action, details }: AuditEventView): string | null {
  const own = Object.hasOwn(actionDetails, action) ? actionDetails[action]?.(details) : null
  return own ?? commonDetails(action, details)
}

type Details = AuditEventView["details"]

const actionDetails: Partial<Record<string, (details: Details) => string | null>> = {
  "api_key.updated": ({ changed }) =>
    Array.isArray(changed)
      ? changed.map((field) => fieldWords[String(field)] ?? String(field)).join(", ")
      : null,
  "api_key.rotated": ({ overlapSeconds }) => {
    if (typeof overlapSeconds !== "number") return null
    if (overlapSeconds === 0) return "the old secret ended at once"
    return `the old secret works ${formatDuration(seconds(overlapSeconds))} more`
  },
  "api_key.finding_opened": ({ headline }) => (typeof headline === "string" ? headline : null),
  "api_key.finding_answered": ({ answer }) => (typeof answer === "string" ? codeWords(answer) : null),
  "organization.watchman_changed": ({ mode }) => {
    if (mode === "suspend") return "suspends keys at once"
    return mode === "notify" ? "notifies only" : null
  },
}

const fieldWords: Partial<Record<string, string>> = {
  name: "name",
  scopes: "scopes",
  expiresAt: "expiry",
  rateLimitPerMinute: "requests per minute",
  allowedCidrs: "allowed addresses",
}

function commonDetails(action: string, details: Details): string | null {
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

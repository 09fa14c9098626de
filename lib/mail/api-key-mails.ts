import { env } from "../env"
import type { MailContent } from "./mail-queue"

/** What a mail about a key tells of. */
export type ApiKeyMailFacts = {
  organizationName: string
  key: { id: string; name: string; lastFour: string }
  /** Who did it, as people know them; null: Latchkey itself. */
  actor: string | null
  reason?: string | null
}

/** Tells the admins that a key was made, rotated, revoked, restored, suspended or resumed. */
export function apiKeyMail(
  event: "created" | "rotated" | "revoked" | "restored" | "suspended" | "resumed",
  { organizationName, key, actor, reason }: ApiKeyMailFacts,
): MailContent {
  const subject = `API key “${key.name}” was ${event}`
  const text = `${subject} in ${organizationName} by ${actor ?? "Latchkey"}.${reason ? ` Reason: ${reason}` : ""}\n${env().APP_URL}/dashboard/api-keys/${key.id}\n`
  return { subject, text, html: `<p>${subject}</p>` }
}

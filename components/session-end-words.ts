import type { SessionEnd } from "@/lib/auth/session-end"
import { formatDuration } from "./format-time"

type EndReason = SessionEnd["reason"]

const sentences: Record<Exclude<EndReason, "idle">, string> = {
  signed_out: "You signed out.",
  replaced: "The same browser signed in again.",
  revoked: "You signed it out from another place.",
  reuse_detected: "A token of it was used twice: somebody may hold a copy.",
  key_retired: "The key that signed its tokens was withdrawn.",
  admin: "An admin ended it.",
  credentials_changed: "How you sign in was changed from another place.",
  limit: "You had more than 100 sign-ins; the oldest made room.",
  expired: "It reached its time limit.",
}

/** "Why was I signed out?", answered to the person. `idleLimit` is how long a browser may lie unused. */
export function sessionEndWords(reason: EndReason, idleLimit: number): string {
  return reason === "idle" ? `It was not used for ${formatDuration(idleLimit)}.` : sentences[reason]
}

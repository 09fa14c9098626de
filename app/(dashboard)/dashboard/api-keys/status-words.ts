import { formatDateTime, formatRelative } from "@/components/format-time"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"

/** The state of a key that does not work, and the way out of it, in two or three sentences. Null for one that works. */
export function statusWords(key: ApiKeyView, now: Date): string | null {
  if (key.revokedAt) return revokedWords(key, key.revokedAt, now)
  if (key.status === "expired" && key.expiresAt)
    return `It expired ${formatRelative(key.expiresAt, now)}, so its calls are refused. With a later expiry it works again.`
  if (key.suspendedAt) {
    const since = `Suspended ${formatRelative(key.suspendedAt, now)}${because(key.suspendedReason)}`
    return `${since} Its calls are refused until somebody resumes it.`
  }
  if (key.status === "suspended")
    return "Whoever made it may do nothing here any more, and a key never may more than they. Create a new one for its program."
  return null
}

function revokedWords(key: ApiKeyView, revokedAt: Date, now: Date): string {
  const since = `Revoked ${formatRelative(revokedAt, now)}${because(key.revokedReason)} Its calls are refused.`
  return `${since} ${undoWords(key)}`
}

function undoWords({ leaked, restorableUntil }: ApiKeyView): string {
  if (leaked) return "It was in strangers' hands, so this cannot be undone."
  if (restorableUntil) return `This can be undone until ${formatDateTime(restorableUntil)}.`
  return "This could be undone for an hour, which is over. Create a new key for its program."
}

/** Goes on from a sentence without its end. */
function because(reason: string | null): string {
  if (!reason) return "."
  return `: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`
}

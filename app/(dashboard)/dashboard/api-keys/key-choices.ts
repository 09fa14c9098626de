import type { ApiKeyView } from "@/lib/api-keys/api-key-view"

/** What is asked before it is done to a key. */
export type KeyQuestion = "rotate" | "suspend" | "resume" | "revoke"

/** What can be done with a key as it is. */
export function keyChoices({ status, suspendedAt, revokedAt }: ApiKeyView) {
  return {
    mayRotate: status === "active" || status === "suspended",
    maySuspend: status === "active",
    mayResume: suspendedAt !== null && !revokedAt,
    mayRevoke: !revokedAt,
  }
}

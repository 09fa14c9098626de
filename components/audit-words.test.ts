import { describe, expect, it } from "vitest"
import type { AuditEventView } from "@/lib/audit/audit-log"
import { actionWords, detailWords } from "./audit-words"

function event(action: string, details: AuditEventView["details"]): AuditEventView {
  const actor = { type: "system", id: null, name: null } as const
  const target = { targetId: null, ipAddress: null, requestId: null }
  return { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", createdAt: new Date(), actor, action, details, ...target }
}

describe("actionWords", () => {
  it.each([
    ["api_key.created", "API key created"],
    ["authorization_code.refused", "Authorization code refused"],
    ["refresh_token.reused", "Refresh token reused"],
    ["token.revocation_refused", "Token revocation refused"],
    ["signing_key.state_changed", "Signing key state changed"],
    ["api_key.suspended", "API key suspended"],
    ["api_key.finding_opened", "Unusual use of an API key noticed"],
    ["organization.watchman_changed", "Watchman set anew"],
    ["constructor", "Constructor"],
  ])("says %s as %s", (action, words) => {
    expect(actionWords(action)).toBe(words)
  })
})

describe("detailWords", () => {
  it.each([
    ["session.created", { amr: ["google"], client: "cli" }, "Command line"],
    ["session.created", { amr: ["google"] }, null],
    ["session.ended", { reason: "reuse_detected" }, "reuse detected"],
    ["refresh_token.reused", { client: "gone" }, "gone"],
    ["sign_in.refused", { failure: "email_not_verified" }, "email not verified"],
    ["api_key.revoked", { name: "Key", reason: "see our_wiki" }, "see our_wiki"],
    ["organization.renamed", { before: "A", name: "B" }, null],
    ["session.ended", { reason: 7 }, null],
    ["api_key.updated", { name: "Key", changed: ["expiresAt", "name"] }, "expiry, name"],
    ["api_key.updated", { name: "Key", changed: 7 }, null],
    ["api_key.rotated", { name: "Key", overlapSeconds: 3600 }, "the old secret works 1 hour more"],
    ["api_key.rotated", { name: "Key", overlapSeconds: 0 }, "the old secret ended at once"],
    [
      "api_key.finding_opened",
      { headline: "It is used from a new country" },
      "It is used from a new country",
    ],
    ["api_key.finding_answered", { answer: "it_was_us" }, "it was us"],
    ["api_key.suspended", { reason: "Too many errors" }, "Too many errors"],
    ["organization.watchman_changed", { mode: "suspend" }, "suspends keys at once"],
    ["constructor", { reason: "odd" }, "odd"],
  ])("says about %s %j: %s", (action, details, words) => {
    expect(detailWords(event(action, details))).toBe(words)
  })
})

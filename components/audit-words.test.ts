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
  ])("says about %s %j: %s", (action, details, words) => {
    expect(detailWords(event(action, details))).toBe(words)
  })
})

import { describe, expect, it } from "vitest"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { statusWords } from "./status-words"

const now = new Date("2025-11-24T14:00:00Z")
const earlier = new Date("2025-11-24T13:40:00Z")

function keyThat(is: Partial<ApiKeyView>): ApiKeyView {
  return {
    id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B",
    name: "Worker",
    prefix: "sk_01K9ZQ7D3N5T8V0W2X4Y6Z8A1B_",
    lastFour: "abcd",
    scopes: [],
    status: "active",
    rateLimitPerMinute: null,
    allowedCidrs: [],
    createdAt: earlier,
    createdBy: { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C", name: "Ada" },
    expiresAt: null,
    lastUsedAt: null,
    lastUsedIp: null,
    suspendedAt: null,
    suspendedReason: null,
    revokedAt: null,
    revokedReason: null,
    leaked: false,
    restorableUntil: null,
    previousSecrets: [],
    openFindings: 0,
    ...is,
  }
}

describe("statusWords", () => {
  it("has nothing to say of a key that works", () => {
    expect(statusWords(keyThat({}), now)).toBeNull()
  })

  it("says until when a revocation can be undone, and that it cannot once that is over or the key leaked", () => {
    const revoked = { status: "revoked", revokedAt: earlier, revokedReason: "Old" } as const
    const restorableUntil = new Date("2025-11-24T14:40:00Z")
    expect(statusWords(keyThat({ ...revoked, restorableUntil }), now)).toBe(
      "Revoked 20 minutes ago: Old. Its calls are refused. This can be undone until 24 Nov 2025, 14:40 UTC.",
    )
    expect(statusWords(keyThat(revoked), now)).toContain("for an hour, which is over")
    expect(statusWords(keyThat({ ...revoked, leaked: true }), now)).toContain("cannot be undone")
  })

  it("tells a suspension by a person from one because of who made the key", () => {
    const suspended = {
      status: "suspended",
      suspendedAt: earlier,
      suspendedReason: "Too many errors!",
    } as const
    expect(statusWords(keyThat(suspended), now)).toBe(
      "Suspended 20 minutes ago: Too many errors! Its calls are refused until somebody resumes it.",
    )
    expect(statusWords(keyThat({ status: "suspended" }), now)).toContain("Whoever made it")
  })

  it("names the way out of an expiry", () => {
    expect(statusWords(keyThat({ status: "expired", expiresAt: earlier }), now)).toBe(
      "It expired 20 minutes ago, so its calls are refused. With a later expiry it works again.",
    )
  })
})

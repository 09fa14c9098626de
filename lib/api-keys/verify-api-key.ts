import { timingSafeEqual } from "node:crypto"
import type { ApiKeyCaller } from "../auth/caller"
import { hashToken } from "../auth/opaque-token"
import { db } from "../db"
import { defer } from "../defer"
import { addDuration, minutes } from "../duration"
import type { RequestSource } from "../http/request-context"
import { parseApiKey } from "./api-key-format"
import { apiKeyStatus } from "./api-key-status"

// A key is asked four questions, the cheap ones first: is it a key at all (no database), do we know its hash
// (one indexed read), is it alive, and is the person who made it still a member. The hash that came back is
// compared once more in constant time, so that the answer never rests on how an index compares.

const USED_EVERY = minutes(1)

export type ApiKeyVerification =
  | { valid: true; caller: ApiKeyCaller }
  | { valid: false; code: "NOT_FOUND" | "REVOKED" | "EXPIRED" | "SUSPENDED" }

/** Says whether a presented key may be used now, and as whom. Throws unavailable when the database is away. */
export async function verifyApiKey(presented: string, source: RequestSource): Promise<ApiKeyVerification> {
  const parsed = parseApiKey(presented)
  if (!parsed) return { valid: false, code: "NOT_FOUND" }

  const now = new Date()
  const hash = hashToken(presented)
  const key = await findKey(hash, parsed.organizationId)
  if (!key || !timingSafeEqual(key.hash, hash)) return { valid: false, code: "NOT_FOUND" }

  const status = apiKeyStatus(key, now)
  const role = key.createdBy.memberships[0]?.role
  if (status === "revoked") return { valid: false, code: "REVOKED" }
  if (status === "expired") return { valid: false, code: "EXPIRED" }
  if (status === "suspended" || !role) return { valid: false, code: "SUSPENDED" }

  if (!key.lastUsedAt || now >= addDuration(key.lastUsedAt, USED_EVERY)) {
    defer(() => markUsed(key.id, source.clientAddress, now))
  }
  const { id: keyId, organization, scopes } = key
  return { valid: true, caller: { type: "api_key", keyId, organization, scopes, role, source } }
}

function findKey(hash: Uint8Array<ArrayBuffer>, organizationId: string) {
  return db().apiKey.findUnique({
    where: { hash, organizationId },
    select: {
      id: true,
      hash: true,
      scopes: true,
      expiresAt: true,
      revokedAt: true,
      lastUsedAt: true,
      organization: { select: { id: true, name: true } },
      createdBy: {
        select: { disabledAt: true, memberships: { where: { organizationId }, select: { role: true } } },
      },
    },
  })
}

async function markUsed(id: string, clientAddress: string | null, now: Date): Promise<void> {
  await db().apiKey.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: now } }] },
    data: { lastUsedAt: now, lastUsedIp: clientAddress },
  })
}

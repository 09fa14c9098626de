import { timingSafeEqual } from "node:crypto"
import type { ApiKeyOutcome, Role } from "@/prisma/generated/enums"
import { hashToken } from "../auth/opaque-token"
import { scopeWithin } from "../auth/permissions"
import { isScope } from "../auth/scopes"
import { currentTime } from "../clock"
import { db } from "../db"
import { minutes } from "../duration"
import { env } from "../env"
import { isWithin } from "../network/cidr"
import { consume } from "../rate-limit/rate-limit"
import type { Consumption } from "../rate-limit/sliding-window"
import { parseApiKey } from "./api-key-format"
import { apiKeyStatus } from "./api-key-status"

// What a presented key is asked, the cheap questions first: is it a key at all (shape and checksum, no database), do
// we know its hash (one indexed read), is it alive, may it be used from there and for that, and is it within its
// limit. The hash that came back is compared once more in constant time, so that the answer never rests on how an
// index compares. Nothing is cached: a revocation counts at once, on every instance, whatever else is down.

const RATE_LIMIT_WINDOW = minutes(1)

/** A key as one read finds it. */
type FoundApiKey = {
  id: string
  organization: { id: string; name: string }
  /** Those it was given that its creator's role still allows. */
  scopes: string[]
  /** Set when an older secret was presented, which a rotation has replaced. */
  previousSecretId: string | null
}

export type ApiKeyCheck =
  | { code: "NOT_FOUND" }
  | { code: "VALID"; key: FoundApiKey & { role: Role }; rateLimit: Consumption }
  | { code: "RATE_LIMITED"; key: FoundApiKey; rateLimit: Consumption }
  | { code: Exclude<ApiKeyOutcome, "VALID" | "RATE_LIMITED">; key: FoundApiKey; rateLimit: null }

/** What it shall be used for: from which address, if anybody knows, and with which scopes. */
type IntendedUse = { address: string | null; scopes?: readonly string[] }

/** Says whether a presented key may be used so now, and counts it against its limit if so. Throws unavailable. */
export async function checkApiKey(presented: string, use: IntendedUse): Promise<ApiKeyCheck> {
  const parsed = parseApiKey(presented)
  if (!parsed) return { code: "NOT_FOUND" }
  const hash = hashToken(presented)
  const row = await findKey(hash, parsed.organizationId)
  if (!row || !timingSafeEqual(row.hash, hash)) return { code: "NOT_FOUND" }

  const { role } = row
  const key: FoundApiKey = {
    id: row.id,
    organization: { id: parsed.organizationId, name: row.organizationName },
    scopes: role ? row.scopes.filter((scope) => isScope(scope) && scopeWithin(role, [scope]).length > 0) : [],
    previousSecretId: row.previousSecretId,
  }
  const refuse = (code: Exclude<ApiKeyOutcome, "VALID" | "RATE_LIMITED">) =>
    ({ code, key, rateLimit: null }) as const

  const now = currentTime()
  const status = apiKeyStatus(row, now)
  if (status === "revoked" || (row.secretEndsAt && row.secretEndsAt <= now)) return refuse("REVOKED")
  if (status === "expired") return refuse("EXPIRED")
  if (status === "suspended" || !role) return refuse("SUSPENDED")
  if (!isAllowedFrom(use.address, row.allowedCidrs)) return refuse("IP_NOT_ALLOWED")
  if (use.scopes?.some((scope) => !key.scopes.includes(scope))) return refuse("INSUFFICIENT_SCOPE")

  const limit = row.rateLimitPerMinute ?? env().RATE_LIMIT_DEFAULT_PER_MINUTE
  const rateLimit = await consume({ name: "api_key", limit, window: RATE_LIMIT_WINDOW }, key.id)
  if (!rateLimit.allowed) return { code: "RATE_LIMITED", key, rateLimit }
  return { code: "VALID", key: { ...key, role }, rateLimit }
}

/** An address that nobody knows is in no network. */
function isAllowedFrom(address: string | null, cidrs: readonly string[]): boolean {
  return cidrs.length === 0 || (address !== null && isWithin(address, cidrs))
}

type KeyRow = {
  id: string
  hash: Uint8Array
  organizationName: string
  scopes: string[]
  rateLimitPerMinute: number | null
  allowedCidrs: string[]
  expiresAt: Date | null
  suspendedAt: Date | null
  revokedAt: Date | null
  role: Role | null
  previousSecretId: string | null
  secretEndsAt: Date | null
}

/** One statement, by either of two unique indexes: the hash of the key itself, or of a secret it had before. */
async function findKey(hash: Uint8Array<ArrayBuffer>, organizationId: string): Promise<KeyRow | undefined> {
  const [row] = await db().$queryRaw<KeyRow[]>`
    SELECT key.id, coalesce(previous.hash, key.hash) AS hash, organization.name AS "organizationName", key.scopes,
      key.rate_limit_per_minute AS "rateLimitPerMinute", key.allowed_cidrs AS "allowedCidrs",
      key.expires_at AS "expiresAt", key.suspended_at AS "suspendedAt", key.revoked_at AS "revokedAt",
      membership.role, previous.id AS "previousSecretId", previous.ends_at AS "secretEndsAt"
    FROM (
      SELECT id AS key_id, NULL AS previous_id FROM api_keys WHERE hash = ${hash}
      UNION ALL
      SELECT api_key_id, id FROM previous_api_key_secrets WHERE hash = ${hash}
    ) presented
    JOIN api_keys key ON key.id = presented.key_id
    JOIN organizations organization ON organization.id = key.organization_id
    JOIN users creator ON creator.id = key.created_by_id
    LEFT JOIN previous_api_key_secrets previous ON previous.id = presented.previous_id
    LEFT JOIN memberships membership ON membership.organization_id = key.organization_id
      AND membership.user_id = key.created_by_id
      AND creator.disabled_at IS NULL AND organization.disabled_at IS NULL
    WHERE key.organization_id = ${organizationId}
    LIMIT 1`
  return row
}

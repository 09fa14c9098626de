import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import type { Caller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { currentTime } from "../clock"
import { env } from "../env"
import { canonicalAddress } from "../http/client-address"
import { retryAfterSeconds } from "../rate-limit/rate-limit"
import { logApiKeyUse } from "../usage/usage-log"
import { parseApiKey } from "./api-key-format"
import type { VerifyApiKeyInput } from "./api-keys.schema"
import { checkApiKey } from "./check-api-key"

/** What a back end is told of a key it was given. One it may not ask about is answered like none: NOT_FOUND. */
export type ApiKeyVerification = {
  valid: boolean
  code: ApiKeyOutcome | "NOT_FOUND"
  keyId?: string
  organizationId?: string
  scopes?: string[]
  /** `reset` in whole seconds: when one more call is allowed. */
  rateLimit?: { limit: number; remaining: number; reset: number }
}

/**
 * Says for another back end whether a key that somebody presented to it may be used, and counts that use. A caller
 * may ask about the keys of its own organization; the operator's (OPERATOR_ORGANIZATION_ID) about all. Throws
 * forbidden or unavailable.
 */
export async function verifyApiKey(
  caller: Caller,
  { apiKey, scopes, ip }: VerifyApiKeyInput,
): Promise<ApiKeyVerification> {
  requirePermission(caller, "keys:verify")
  const named = parseApiKey(apiKey)
  if (!named || !mayAskAbout(caller, named.organizationId)) return { valid: false, code: "NOT_FOUND" }
  const [time, startedAt] = [currentTime(), performance.now()]
  const address = canonicalAddress(ip)
  const check = await checkApiKey(apiKey, { address, ...(scopes ? { scopes } : {}) })
  if (check.code === "NOT_FOUND") return { valid: false, code: "NOT_FOUND" }
  const { code, key, rateLimit } = check
  logApiKeyUse({
    time,
    organizationId: key.organization.id,
    apiKeyId: key.id,
    previousSecretId: key.previousSecretId,
    outcome: code,
    status: 200,
    method: "POST",
    route: "/api/v1/api-keys/verify",
    latencyMs: Math.round(performance.now() - startedAt),
    ipAddress: address,
    userAgent: null,
    requestId: caller.source.requestId,
    scopes: code === "VALID" ? [...(scopes ?? [])] : [],
  })
  return {
    valid: code === "VALID",
    code,
    keyId: key.id,
    organizationId: key.organization.id,
    scopes: key.scopes,
    ...(rateLimit
      ? {
          rateLimit: {
            limit: rateLimit.limit,
            remaining: rateLimit.remaining,
            reset: retryAfterSeconds(rateLimit),
          },
        }
      : {}),
  }
}

function mayAskAbout({ organization }: Caller, organizationId: string): boolean {
  return organization.id === organizationId || organization.id === env().OPERATOR_ORGANIZATION_ID
}

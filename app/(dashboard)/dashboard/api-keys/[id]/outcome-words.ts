import type { ApiKeyOutcome } from "@/prisma/generated/enums"

/** Why a request was refused, as a person says it. */
export const outcomeWords: Record<ApiKeyOutcome, string> = {
  VALID: "accepted",
  REVOKED: "revoked",
  EXPIRED: "expired",
  SUSPENDED: "suspended",
  IP_NOT_ALLOWED: "address not allowed",
  INSUFFICIENT_SCOPE: "scope missing",
  RATE_LIMITED: "over the limit",
}

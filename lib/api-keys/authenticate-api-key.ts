import type { ApiKeyCaller } from "../auth/caller"
import { AppError } from "../errors"
import type { RequestSource } from "../http/request-context"
import { retryAfterSeconds } from "../rate-limit/rate-limit"
import { checkApiKey } from "./check-api-key"
import { notePresentedKey } from "./presented-key"

/**
 * The caller that a presented key stands for; null for one that is unknown or may not be used now, without saying
 * which. Throws rate_limited and address_not_allowed, which only who holds a working key gets to hear, or unavailable.
 */
export async function authenticateApiKey(
  presented: string,
  source: RequestSource,
): Promise<ApiKeyCaller | null> {
  const check = await checkApiKey(presented, { address: source.clientAddress })
  if (check.code === "NOT_FOUND") return null
  const { id, organization, scopes, previousSecretId } = check.key
  const neededScopes = new Set<string>()
  const { code: outcome, rateLimit } = check
  notePresentedKey(source, {
    id,
    organizationId: organization.id,
    previousSecretId,
    outcome,
    rateLimit,
    neededScopes,
  })
  if (check.code === "VALID")
    return {
      type: "api_key",
      keyId: id,
      organization,
      scopes,
      role: check.key.role,
      source,
      neededScopes,
    }
  if (check.code === "RATE_LIMITED") {
    const seconds = retryAfterSeconds(check.rateLimit)
    throw new AppError(
      "rate_limited",
      `This API key may be used ${check.rateLimit.limit} times a minute. Try again in ${seconds} s.`,
      { retryAfterSeconds: seconds },
    )
  }
  if (check.code === "IP_NOT_ALLOWED") {
    const from = source.clientAddress ? `the address ${source.clientAddress}` : "an address that is not known"
    throw new AppError("address_not_allowed", `This API key may not be used from ${from}.`)
  }
  return null
}

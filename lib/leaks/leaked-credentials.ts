import { type FoundSecret, type LeakReporter, revokeLeakedKeys } from "../api-keys/leaked-keys"
import { endLeakedSignIns } from "../auth/leaked-refresh-tokens"
import type { RequestSource } from "../http/request-context"

/**
 * Ends what the credentials are good for, API keys and refresh tokens alike, and returns those that are ours. Whoever
 * is answered differently for these learns which credentials are real: only GitHub is. Throws unavailable.
 */
export async function revokeLeakedCredentials(
  source: RequestSource | null,
  found: readonly FoundSecret[],
  by: LeakReporter,
): Promise<Set<string>> {
  const keys = await revokeLeakedKeys(source, found, by)
  const tokens = await endLeakedSignIns(
    source,
    found.map(({ secret }) => secret),
  )
  return new Set([...keys, ...tokens])
}

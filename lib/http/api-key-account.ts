import { getPresentedKey } from "../api-keys/presented-key"
import { currentTime } from "../clock"
import { logApiKeyUse } from "../usage/usage-log"
import { setRateLimitHeaders } from "./rate-limit-headers"
import { requestSource } from "./request-context"
import type { Handler } from "./route"

/** Has each use of a key told by the usage log, and what is left of its limit by the answer. */
export function accountForApiKey(handler: Handler): Handler {
  return async (request, context) => {
    const [time, startedAt] = [currentTime(), performance.now()]
    const response = await handler(request, context)
    const { requestId, clientAddress, userAgent, ...source } = sourceOf(request)
    const { key } = source
    if (!key) return response
    if (key.rateLimit) setRateLimitHeaders(response.headers, "api_key", key.rateLimit)
    const lacksScope = response.status === 403 && key.outcome === "VALID" && isScopeChallenge(response)
    logApiKeyUse({
      time,
      organizationId: key.organizationId,
      apiKeyId: key.id,
      previousSecretId: key.previousSecretId,
      outcome: lacksScope ? "INSUFFICIENT_SCOPE" : key.outcome,
      status: response.status,
      method: request.method,
      route: routePattern(new URL(request.url).pathname, await context.params),
      latencyMs: Math.round(performance.now() - startedAt),
      ipAddress: clientAddress,
      userAgent,
      requestId,
      scopes: [...key.neededScopes],
    })
    return response
  }
}

function sourceOf(request: Request) {
  const source = requestSource(request.headers)
  return { ...source, key: getPresentedKey(source) }
}

function isScopeChallenge({ headers }: Response): boolean {
  return headers.get("www-authenticate")?.includes("insufficient_scope") ?? false
}

/** `/api/v1/api-keys/{id}` of a path and its parameters: what a path holds is data, and there would be no end of routes. */
export function routePattern(pathname: string, params: unknown): string {
  let pattern = pathname
  for (const [name, value] of Object.entries((params ?? {}) as Record<string, string | string[]>)) {
    const values = Array.isArray(value) ? value : [value]
    // From the end: a parameter follows what it is a parameter of.
    const at = pattern.lastIndexOf(`/${values.join("/")}`)
    if (at >= 0)
      pattern = `${pattern.slice(0, at)}/{${name}}${pattern.slice(at + values.join("/").length + 1)}`
  }
  return pattern
}

import { getPresentedKey } from "../api-keys/presented-key"
import { currentTime } from "../clock"
import { logApiKeyUse } from "../usage/usage-log"
import { setRateLimitHeaders } from "./rate-limit-headers"
import { requestSource } from "./request-context"
import type { Handler } from "./route"

/** Has each use of a key told by the usage log, and what is left of its limit by the answer. */
export function logKeyUse(handler: Handler): Handler {
  return async (request, context) => {
    const [time, startedAt] = [currentTime(), performance.now()]
    const response = await handler(request, context)
    const { requestId, clientAddress, userAgent, ...source } = sourceOf(request)
    const { key } = source
    if (!key) return response
    if (key.rateLimit) setRateLimitHeaders(response.headers, { name: "api_key", consumption: key.rateLimit })
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
  const segments = pathname.split("/")
  for (const [name, value] of Object.entries((params ?? {}) as Record<string, string | string[]>)) {
    const values = Array.isArray(value) ? value : [value]
    const at = lastIndexOfAll(segments, values)
    if (at < 0) return "{unknown}"
    segments.splice(at, values.length, `{${name}}`)
  }
  return segments.join("/")
}

/** From the end: a parameter follows what it is a parameter of. A path may spell a character in more than one way. */
function lastIndexOfAll(segments: readonly string[], values: readonly string[]): number {
  const isAt = (start: number) =>
    values.every((value, index) =>
      [segments[start + index], decoded(segments[start + index])].includes(value),
    )
  for (let start = segments.length - values.length; start >= 0; start--) if (isAt(start)) return start
  return -1
}

function decoded(segment = ""): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

import type { ApiKeyUse } from "../usage/usage-log"

/** A request with a key, as the usage log is told of it. */
export function keyUse(
  key: Pick<ApiKeyUse, "apiKeyId" | "organizationId">,
  overrides: Partial<Omit<ApiKeyUse, "id">> = {},
): Omit<ApiKeyUse, "id"> {
  return {
    time: new Date(),
    previousSecretId: null,
    outcome: "VALID",
    status: 200,
    method: "GET",
    route: "/api/v1/me",
    latencyMs: 5,
    ipAddress: "192.0.2.7",
    userAgent: "tester/1.0",
    requestId: "test-request",
    scopes: [],
    ...key,
    ...overrides,
  }
}

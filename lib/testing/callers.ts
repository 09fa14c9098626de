import type { ApiKeyCaller, UserCaller } from "../auth/caller"
import { freshSignIn } from "../auth/step-up"
import { source } from "./request-source"

const organization = { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", name: "Test" }

/** A caller for pure functions; what reaches a database uses factories.ts. */
export function userCaller(overrides: Partial<UserCaller> = {}): UserCaller {
  const user = { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C", name: "Ada", email: "ada@example.test", image: null }
  return {
    type: "user",
    user,
    organization,
    role: "owner",
    sessionId: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1D",
    clientId: null,
    scopes: null,
    proof: freshSignIn(),
    source,
    ...overrides,
  }
}

export function apiKeyCaller(overrides: Partial<ApiKeyCaller> = {}): ApiKeyCaller {
  return {
    type: "api_key",
    keyId: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1E",
    organization,
    role: "owner",
    scopes: [],
    neededScopes: new Set(),
    source,
    ...overrides,
  }
}

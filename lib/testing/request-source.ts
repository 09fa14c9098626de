import type { RequestSource } from "../http/request-context"

/** Where a call comes from, for tests to which it does not matter. */
export const source: RequestSource = {
  requestId: "test-request",
  clientAddress: "192.0.2.1",
  userAgent: "test",
}

// Refreshes the tokens it is sent, all at once, until it is killed at that. For refresh-tokens.db.test.ts.

import { refreshTokens } from "@/lib/auth/refresh-tokens"
import { source } from "@/lib/testing/request-source"

process.on("message", async (tokens: string[]) => {
  await Promise.allSettled(tokens.map((refreshToken) => refreshTokens(source, { refreshToken })))
  process.send?.("done")
})

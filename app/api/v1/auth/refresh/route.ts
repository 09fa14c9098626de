import { refreshTokens } from "@/lib/auth/refresh-tokens"
import { refreshSchema } from "@/lib/auth/tokens.schema"
import { json } from "@/lib/http/json"
import { tokenEndpoint } from "@/lib/http/oauth-route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = tokenEndpoint(
  { input: refreshSchema, failureLimit: "token_failure" },
  async ({ source, input }) =>
    json(await refreshTokens(source, input), { headers: { "cache-control": "no-store" } }),
)

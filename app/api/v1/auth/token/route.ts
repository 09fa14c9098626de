import { redeemGrant } from "@/lib/auth/token-grants"
import { tokenSchema } from "@/lib/auth/tokens.schema"
import { json } from "@/lib/http/json"
import { tokenEndpoint } from "@/lib/http/oauth-route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = tokenEndpoint(
  { input: tokenSchema, failureLimit: "token_failure" },
  async ({ source, input }) =>
    json(await redeemGrant(source, input), { headers: { "cache-control": "no-store" } }),
)

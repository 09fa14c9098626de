import { revokeToken } from "@/lib/auth/tokens"
import { revokeSchema } from "@/lib/auth/tokens.schema"
import { json } from "@/lib/http/json"
import { tokenEndpoint } from "@/lib/http/oauth-route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = tokenEndpoint(
  { input: revokeSchema, failureLimit: "token_failure" },
  async ({ source, input }) => {
    await revokeToken(source, input)
    return json({ status: "revoked" }, { headers: { "cache-control": "no-store" } })
  },
)

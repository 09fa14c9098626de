import { introspectToken } from "@/lib/auth/tokens"
import { introspectSchema } from "@/lib/auth/tokens.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route(
    { body: introspectSchema, form: true, failureLimit: "token_failure" },
    async ({ caller, body }) =>
      json(await introspectToken(caller, body.token), { headers: { "cache-control": "no-store" } }),
  ),
})

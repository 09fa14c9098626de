import { revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { apiKeyIdSchema, revokeApiKeyBodySchema } from "@/lib/api-keys/api-keys.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({ params: apiKeyIdSchema, body: revokeApiKeyBodySchema }, async ({ caller, params, body }) =>
    json(await revokeApiKey(caller, { ...params, ...body })),
  ),
})

import { suspendApiKey } from "@/lib/api-keys/api-key-suspension"
import { apiKeyIdSchema, suspendApiKeyBodySchema } from "@/lib/api-keys/api-keys.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({ params: apiKeyIdSchema, body: suspendApiKeyBodySchema }, async ({ caller, params, body }) =>
    json(await suspendApiKey(caller, { ...params, ...body })),
  ),
})

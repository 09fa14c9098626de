import { requireApiKey, revokeApiKey } from "@/lib/api-keys/api-keys"
import { apiKeyIdSchema } from "@/lib/api-keys/api-keys.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ params: apiKeyIdSchema }, async ({ caller, params }) =>
    json(await requireApiKey(caller, params)),
  ),
  DELETE: route({ params: apiKeyIdSchema }, async ({ caller, params }) =>
    json(await revokeApiKey(caller, params)),
  ),
})

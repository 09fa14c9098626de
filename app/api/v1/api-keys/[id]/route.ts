import { revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { requireApiKey, updateApiKey } from "@/lib/api-keys/api-keys"
import {
  apiKeyIdSchema,
  revokeApiKeyBodySchema,
  updateApiKeyBodySchema,
} from "@/lib/api-keys/api-keys.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ params: apiKeyIdSchema }, async ({ caller, params }) =>
    json(await requireApiKey(caller, params)),
  ),
  PATCH: route({ params: apiKeyIdSchema, body: updateApiKeyBodySchema }, async ({ caller, params, body }) =>
    json(await updateApiKey(caller, { ...params, ...body })),
  ),
  DELETE: route({ params: apiKeyIdSchema, body: revokeApiKeyBodySchema }, async ({ caller, params, body }) =>
    json(await revokeApiKey(caller, { ...params, ...body })),
  ),
})

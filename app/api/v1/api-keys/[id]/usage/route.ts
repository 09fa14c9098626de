import { apiKeyIdSchema } from "@/lib/api-keys/api-keys.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"
import { getApiKeyUsage } from "@/lib/usage/usage"
import { usageQuerySchema } from "@/lib/usage/usage.schema"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ params: apiKeyIdSchema, query: usageQuerySchema }, async ({ caller, params, query }) =>
    json(await getApiKeyUsage(caller, { ...params, ...query })),
  ),
})

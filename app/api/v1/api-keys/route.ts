import { createApiKey, listApiKeys } from "@/lib/api-keys/api-keys"
import { createApiKeySchema, listApiKeysSchema } from "@/lib/api-keys/api-keys.schema"
import { jsonPage } from "@/lib/http/json"
import { newSecret } from "@/lib/http/new-secret"
import { resource, route } from "@/lib/http/route"
import { readIdempotencyKey } from "@/lib/idempotency"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ query: listApiKeysSchema }, async ({ caller, query }) =>
    jsonPage(await listApiKeys(caller, query)),
  ),
  POST: route({ body: createApiKeySchema }, async ({ request, caller, body }) =>
    newSecret(await createApiKey(caller, body, readIdempotencyKey(request, body))),
  ),
})

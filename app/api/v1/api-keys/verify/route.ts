import { verifyApiKeySchema } from "@/lib/api-keys/api-keys.schema"
import { verifyApiKey } from "@/lib/api-keys/verify-api-key"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({ body: verifyApiKeySchema }, async ({ caller, body }) =>
    json(await verifyApiKey(caller, body)),
  ),
})

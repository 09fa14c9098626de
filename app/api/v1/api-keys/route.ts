import { createApiKey, listApiKeys } from "@/lib/api-keys/api-keys"
import { createApiKeySchema } from "@/lib/api-keys/api-keys.schema"
import { json, jsonPage } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"
import { pageSchema } from "@/lib/page"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ query: pageSchema }, async ({ caller, query }) => jsonPage(await listApiKeys(caller, query))),

  POST: route({ body: createApiKeySchema }, async ({ caller, body }) => {
    const { key, secret } = await createApiKey(caller, body)
    const warning = "Store this key now: it is shown once and cannot be read again."
    return json({ apiKey: secret, warning, key }, { status: 201, headers: { "cache-control": "no-store" } })
  }),
})

import { endOverlap } from "@/lib/api-keys/api-key-rotation"
import { apiKeyIdSchema } from "@/lib/api-keys/api-keys.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({ params: apiKeyIdSchema }, async ({ caller, params }) =>
    json(await endOverlap(caller, params)),
  ),
})

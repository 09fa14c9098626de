import { rotateApiKey } from "@/lib/api-keys/api-key-rotation"
import { apiKeyIdSchema, rotateApiKeyBodySchema } from "@/lib/api-keys/api-keys.schema"
import { newSecret } from "@/lib/http/new-secret"
import { resource, route } from "@/lib/http/route"
import { readIdempotencyKey } from "@/lib/idempotency"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route(
    { params: apiKeyIdSchema, body: rotateApiKeyBodySchema },
    async ({ request, caller, params, body }) =>
      newSecret(await rotateApiKey(caller, { ...params, ...body }, readIdempotencyKey(request, body))),
  ),
})

import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"
import { answerFinding } from "@/lib/watchman/findings"
import { answerFindingBodySchema, findingIdSchema } from "@/lib/watchman/findings.schema"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route(
    { params: findingIdSchema, body: answerFindingBodySchema },
    async ({ caller, params, body }) => {
      const which = { id: params.findingId, apiKeyId: params.id }
      const { finding, key, secret } = await answerFinding(caller, { ...which, ...body })
      return json({ finding, apiKey: secret, key }, { headers: { "cache-control": "no-store" } })
    },
  ),
})

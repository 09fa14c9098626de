import { apiKeyIdSchema } from "@/lib/api-keys/api-keys.schema"
import { jsonPage } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"
import { listFindings } from "@/lib/watchman/findings"
import { listFindingsSchema } from "@/lib/watchman/findings.schema"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ params: apiKeyIdSchema, query: listFindingsSchema }, async ({ caller, params, query }) =>
    jsonPage(await listFindings(caller, { apiKeyId: params.id, ...query })),
  ),
})

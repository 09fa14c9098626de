import { json } from "@/lib/http/json"
import { requestSource } from "@/lib/http/request-context"
import { resource, route } from "@/lib/http/route"
import { revokeLeakedCredentials } from "@/lib/leaks/leaked-credentials"
import { revokeCredentialsSchema } from "@/lib/leaks/leaks.schema"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  /** One answer whether or not anybody knows the credential, so that it tells nothing about it. */
  POST: route(
    { caller: "anyone", body: revokeCredentialsSchema, limit: "report" },
    async ({ request, body }) => {
      const found = body.credentials.map((secret) => ({ secret }))
      await revokeLeakedCredentials(requestSource(request.headers), found, "holder")
      return json({ status: "revoked" }, { headers: { "cache-control": "no-store" } })
    },
  ),
})

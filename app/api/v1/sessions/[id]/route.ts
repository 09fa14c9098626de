import { revokeSession } from "@/lib/auth/session-list"
import { sessionIdSchema } from "@/lib/auth/sessions.schema"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  DELETE: route({ caller: "user", params: sessionIdSchema }, async ({ caller, params }) =>
    json(await revokeSession(caller, params)),
  ),
})

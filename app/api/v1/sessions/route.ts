import { listSessions } from "@/lib/auth/session-list"
import { jsonPage } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"
import { pageSchema } from "@/lib/page"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "user", query: pageSchema }, async ({ caller, query }) =>
    jsonPage(await listSessions(caller, query)),
  ),
})

import { revokeOtherSessions } from "@/lib/auth/session-list"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: route({ caller: "user" }, async ({ caller }) => json({ revoked: await revokeOtherSessions(caller) })),
})

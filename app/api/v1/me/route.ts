import { callerView } from "@/lib/auth/caller-view"
import { json } from "@/lib/http/json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({}, ({ caller }) => json(callerView(caller))),
})

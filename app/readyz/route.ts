import { resource, route } from "@/lib/http/route"
import { getReadiness } from "@/lib/readiness"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "anyone" }, async () => {
    const { ready, checks } = await getReadiness()
    const status = ready ? "ok" : "unavailable"
    return Response.json({ status, checks }, ready ? {} : { status: 503, headers: { "retry-after": "1" } })
  }),
})

import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  /** Alive: touches nothing that could be down. */
  GET: route({ caller: "anyone" }, () => Response.json({ status: "ok" })),
})

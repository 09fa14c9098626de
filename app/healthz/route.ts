import { route } from "@/lib/http/route"

/** Alive: touches nothing that could be down. */
export const GET = route({ caller: "anyone" }, () => Response.json({ status: "ok" }))

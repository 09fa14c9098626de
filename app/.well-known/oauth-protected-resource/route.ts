import { protectedResourceMetadata } from "@/lib/auth/metadata"
import { hours } from "@/lib/duration"
import { publicJson } from "@/lib/http/public-json"
import { resource, route } from "@/lib/http/route"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "anyone" }, () => publicJson(protectedResourceMetadata(), hours(1) / 1000)),
})

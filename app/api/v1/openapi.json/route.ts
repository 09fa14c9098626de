import { resource, route } from "@/lib/http/route"
import { openApiDocument } from "@/lib/openapi/document"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "anyone" }, () => Response.json(openApiDocument())),
})

import { notFound } from "@/lib/errors"
import { resource, route } from "@/lib/http/route"
import { securityTxt } from "@/lib/http/security-txt"

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({ caller: "anyone" }, () => {
    const text = securityTxt()
    if (text === null) throw notFound()
    const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=3600" }
    return new Response(text, { headers })
  }),
})

import { notFound } from "@/lib/errors"
import { route } from "@/lib/http/route"

const missing = route({ caller: "anyone" }, () => {
  throw notFound()
})

export const GET = missing
export const POST = missing
export const PUT = missing
export const PATCH = missing
export const DELETE = missing

import { snakeKeys } from "../case"
import type { Page } from "../page"

/** A view as a JSON response, in the spelling of the API. */
export function json(view: object, init?: ResponseInit): Response {
  return Response.json(snakeKeys(view), init)
}

/** A page of views as every list of the API answers. */
export function jsonPage({ items, nextCursor }: Page<object>): Response {
  return json({ data: items, hasMore: nextCursor !== null, nextCursor })
}

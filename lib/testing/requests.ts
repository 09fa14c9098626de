import { env } from "../env"
import type { Handler } from "../http/route"

type Call = {
  method?: string
  path?: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: BodyInit
  params?: Record<string, string>
}

/** Calls a handler as a listener would, and reads the JSON it answers. */
export async function call(
  handler: Handler,
  { method = "GET", path = "/", headers = {}, body, raw, params = {} }: Call = {},
) {
  const json: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" }
  const sent = body === undefined ? raw : JSON.stringify(body)
  const request = new Request(new URL(path, env().APP_URL), {
    method,
    headers: { ...json, ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  })
  const response = await handler(request, { params: Promise.resolve(params) })
  return { status: response.status, headers: response.headers, body: await response.json().catch(() => null) }
}

/** The headers of a browser that calls from our own pages. */
export function fromOurPages(cookie: string): Record<string, string> {
  return { cookie, origin: env().APP_URL }
}

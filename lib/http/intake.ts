import type { IncomingMessage } from "node:http"
import { AppError } from "../errors"
import { BODY_BYTES_MAX } from "./body"
import { requireSameOrigin } from "./origin"

// What our listener settles before Next sees a request. Next answers 500 to much that is the client's fault, and
// reads up to 10 MB of a body before anybody can object.

const apiMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
const pageMethods = ["GET", "HEAD", "POST", "OPTIONS"]

/**
 * Makes the request's target a path and drops what Next could not parse. Throws bad_request,
 * method_not_allowed, payload_too_large or origin_not_allowed.
 */
export function admit(request: IncomingMessage): void {
  request.url = pathTarget(request.url ?? "")
  const isPage = !/^\/(api|healthz|readyz)(\/|$|\?)/.test(request.url)
  const methods = isPage ? pageMethods : apiMethods
  if (!methods.includes(request.method ?? "")) {
    throw new AppError("method_not_allowed", `${request.method} is not supported here.`, { allow: methods })
  }
  dropUnreadableTree(request)
  if (isPage && request.method === "POST") admitPost(request)
}

/** RFC 9112 section 3.2: a path, or an absolute URL of which the path counts. */
function pathTarget(target: string): string {
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target
  const rooted = path === "" || path.startsWith("?") ? `/${path}` : path
  if (!rooted.startsWith("/") || !isDecodable(rooted.split("?")[0] ?? "")) {
    throw new AppError("bad_request", "The request target is not a path that can be read.")
  }
  return rooted
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** The router state that Next's client sends along; what is not one makes Next fail instead of ignoring it. */
function dropUnreadableTree({ headers }: IncomingMessage): void {
  const tree = headers["next-router-state-tree"]
  if (tree === undefined) return
  try {
    if (Array.isArray(JSON.parse(decodeURIComponent(String(tree))))) return
  } catch {
    // Dropped below.
  }
  delete headers["next-router-state-tree"]
}

/** A form or server action: small, of known size, and from our own pages. */
function admitPost({ headers }: IncomingMessage): void {
  if (headers["transfer-encoding"] !== undefined) {
    throw new AppError("bad_request", "Send a body with `Content-Length`.")
  }
  if (Number(headers["content-length"] ?? 0) > BODY_BYTES_MAX) {
    throw new AppError("payload_too_large", `The body is over ${BODY_BYTES_MAX / 1024} kB.`)
  }
  const { origin, "sec-fetch-site": site } = headers
  requireSameOrigin(
    new Headers({ ...(origin ? { origin } : {}), ...(site ? { "sec-fetch-site": String(site) } : {}) }),
  )
}

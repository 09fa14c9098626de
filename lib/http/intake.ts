import { randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { env, isLoopbackHost } from "../env"
import { AppError } from "../errors"
import { BODY_BYTES_MAX } from "./body"
import { clientAddress } from "./client-address"
import { requireSameOrigin } from "./origin"
import type { RequestContext } from "./request-context"

// What our listener settles before Next sees a request. Next answers 500 to much that is the client's fault, and
// reads up to 10 MB of a body before anybody can object.

/** What proxies add: one of them says that somebody stood between, whoever else it names. */
const relayHeaders = ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"]

/** Makes the headers say what is known, not what was claimed, and returns what is known. */
export function takeIn(request: IncomingMessage): RequestContext {
  const { headers, socket } = request
  const context: RequestContext = {
    requestId: randomUUID(),
    clientAddress: clientAddress({
      socketAddress: socket.remoteAddress,
      forwardedFor: headers["x-forwarded-for"]?.toString(),
      trustedHops: env().TRUSTED_PROXY_HOPS,
    }),
    relayed: relayHeaders.some((name) => headers[name] !== undefined),
  }
  const { host, protocol } = new URL(env().APP_URL)
  headers["x-request-id"] = context.requestId
  headers["x-forwarded-for"] = context.clientAddress ?? "unknown"
  headers["x-forwarded-host"] = host
  headers["x-forwarded-proto"] = protocol.slice(0, -1)
  // The policy and its nonce are ours to make.
  delete headers["content-security-policy"]
  delete headers["x-nonce"]
  // Node keeps the first of two Authorization headers; both together are refused as one malformed credential.
  const authorizations = request.headersDistinct.authorization
  if (authorizations && authorizations.length > 1) headers.authorization = authorizations.join(", ")

  return context
}

const apiMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
const pageMethods = ["GET", "HEAD", "POST", "OPTIONS"]

/**
 * Makes the request's target a path and drops what Next could not parse. Throws bad_request,
 * method_not_allowed, payload_too_large or origin_not_allowed.
 */
export function admit(request: IncomingMessage): void {
  request.url = pathTarget(request.url ?? "")
  const page = isPage(request.url)
  const methods = page ? pageMethods : apiMethods
  if (!methods.includes(request.method ?? "")) {
    throw new AppError("method_not_allowed", `${request.method} is not supported here.`, { allow: methods })
  }
  dropUnreadableTree(request)
  if (page && request.method === "POST") admitPost(request)
}

/**
 * Where a page asked for at another loopback name is at home, else null. On one's own machine 127.0.0.1 is another
 * origin than localhost: its forms would be refused, and its cookies would not come back from Google.
 */
export function homeOf({ method, url = "/", headers }: IncomingMessage): string | null {
  const own = new URL(env().APP_URL)
  const host = headers.host ?? own.host
  const isAlias =
    host !== own.host && isLoopbackHost(own.hostname) && isLoopbackHost(host.replace(/:\d+$/, ""))
  return isAlias && method === "GET" && isPage(url) ? own.origin + url : null
}

function isPage(url: string): boolean {
  return !/^\/(api|healthz|readyz|metrics|_next)(\/|$|\?)/.test(url) && !isDocument(url)
}

/** Named one by one: any other path below /.well-known is a page that is not there, and takes actions as all pages do. */
function isDocument(url: string): boolean {
  return /^\/\.well-known\/(jwks\.json|oauth-(authorization-server|protected-resource)|security\.txt|change-password)($|\?)/.test(
    url,
  )
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

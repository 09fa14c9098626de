import { randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { env, isLoopbackHost } from "../env"
import { AppError, notFound } from "../errors"
import { BODY_BYTES_MAX } from "./body"
import { clientAddress } from "./client-address"
import { isSafeMethod, requireSameOrigin } from "./origin"
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
  // What Next's router tells its own proxy. Such a header, made up, once led past it.
  for (const name of Object.keys(headers)) if (name.startsWith("x-middleware-")) delete headers[name]
  // Node keeps the first of two Authorization headers; both together are refused as one malformed credential.
  const authorizations = request.headersDistinct.authorization
  if (authorizations && authorizations.length > 1) headers.authorization = authorizations.join(", ")

  return context
}

const apiMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
const pageMethods = ["GET", "HEAD", "POST", "OPTIONS"]
const fileMethods = ["GET", "HEAD", "OPTIONS"]

const HEAD_BYTES_MAX = 16 * 1024
/** What Node may read of a head: so much more that we are the ones who refuse it, and can say what to do. */
export const HEAD_BYTES_READ = 4 * HEAD_BYTES_MAX

/**
 * Makes the request's target a path and drops what Next could not parse. Throws bad_request, not_found,
 * method_not_allowed, payload_too_large, headers_too_large, cookies_too_large or origin_not_allowed.
 */
export function admit(request: IncomingMessage): void {
  admitHead(request)
  request.url = pathTarget(request.url ?? "")
  const page = isPage(request.url)
  const methods = methodsOf(request.url)
  if (!methods.includes(request.method ?? "")) {
    throw new AppError("method_not_allowed", `${request.method} is not supported here.`, { allow: methods })
  }
  // Next would redirect it with 308, and the client would send its secret a second time.
  if (!page && !isSafeMethod(request.method) && /^[^?]*(\\|\/(\/|\?|$))/.test(request.url)) throw notFound()
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

function methodsOf(url: string): string[] {
  if (isPage(url)) return pageMethods
  // In development Next's own tools are called there.
  return isFile(url) && env().NODE_ENV !== "development" ? fileMethods : apiMethods
}

/** Whatever Next answers with a page, the one that says "not found" too: it runs actions as every page does. */
function isPage(url: string): boolean {
  return !/^\/(api\/|(healthz|readyz|metrics)($|\?))/.test(url) && !isDocument(url) && !isFile(url)
}

/** What the build made; of these paths, too, those that are not there end at the page that says so. */
function isFile(url: string): boolean {
  return url.startsWith("/_next/")
}

/** Named one by one: any other path below /.well-known is a page that is not there, and takes actions as all pages do. */
function isDocument(url: string): boolean {
  return /^\/\.well-known\/(jwks\.json|oauth-(authorization-server|protected-resource)|security\.txt|change-password)($|\?)/.test(
    url,
  )
}

/**
 * Clients resolve these before they send. Next resolves them after us: to us `/api/../dashboard` would be a call of the
 * API, which needs no origin and may send a body of any size, and to Next a form of the dashboard.
 */
const dotSegment = /(^|[/\\])(\.|%2e){1,2}([/\\]|$)/i

/** RFC 9112 section 3.2: a path, or an absolute URL of which the path counts. */
function pathTarget(target: string): string {
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target
  const rooted = path === "" || path.startsWith("?") ? `/${path}` : path
  const [onlyPath = ""] = rooted.split("?")
  if (!rooted.startsWith("/") || !isDecodable(onlyPath) || dotSegment.test(onlyPath)) {
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

/**
 * A browser sends its cookies until it is told to forget them, and any page of a sibling domain can set so many that
 * nothing else gets through. Long addresses are left out of that count: a link must not be able to sign anybody out.
 */
function admitHead({ url = "", headers, rawHeaders }: IncomingMessage): void {
  if (url.length + rawHeaders.join("").length <= HEAD_BYTES_MAX) return
  if ((headers.cookie?.length ?? 0) > HEAD_BYTES_MAX / 2)
    throw new AppError("cookies_too_large", "Your cookies took too much room. Load the page again.")
  throw new AppError("headers_too_large", `The headers are over ${HEAD_BYTES_MAX / 1024} kB.`)
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

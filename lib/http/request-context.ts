import { AsyncLocalStorage } from "node:async_hooks"
import { randomUUID } from "node:crypto"
import { env } from "../env"
import { processWide } from "../process-wide"
import { clientAddress } from "./client-address"

/** What the listener (server.ts) knows of a request and no header may claim. */
export type RequestContext = {
  requestId: string
  /** Canonical, or null when nothing trustworthy says it. */
  clientAddress: string | null
  /** Whether a header says that it came through a proxy, believed or not. */
  relayed?: boolean
  /** Set where a page meets a dependency that is down: the listener then answers 503 where Next can only say 500. */
  unavailable?: boolean
  /** Set where a page failed by a fault of ours, which is then no fault of the form that was posted to it. */
  failed?: boolean
}

const requests = processWide("requests", () => new AsyncLocalStorage<RequestContext>())

/** Runs `work`, and all that it starts, with this context. */
export function runWithRequestContext<T>(context: RequestContext, work: () => T): T {
  return requests.run(context, work)
}

/** The context of the running request, when our own listener took it in. */
export function currentRequestContext(): RequestContext | undefined {
  return requests.getStore()
}

/** Where a request comes from, bounded and printable, as it is recorded with what it did. */
export type RequestSource = Pick<RequestContext, "requestId" | "clientAddress"> & { userAgent: string | null }

const sources = new WeakMap<Headers, RequestSource>()
const USER_AGENT_LENGTH_MAX = 256

/**
 * The source of the request with these headers: from our own listener, or, on a platform that brings its own,
 * from the headers of trusted proxies. Asked twice, it gives the same id.
 */
export function requestSource(headers: Headers): RequestSource {
  const source = sources.get(headers) ?? readSource(headers)
  sources.set(headers, source)
  return source
}

function readSource(headers: Headers): RequestSource {
  const { requestId, clientAddress } = currentRequestContext() ?? contextFromProxies(headers)
  const userAgent = headers
    .get("user-agent")
    ?.replace(/[^\x20-\x7e]/g, "")
    .slice(0, USER_AGENT_LENGTH_MAX)
  return { requestId, clientAddress, userAgent: userAgent || null }
}

function contextFromProxies(headers: Headers): RequestContext {
  const trustedHops = env().TRUSTED_PROXY_HOPS
  const givenId = trustedHops > 0 ? headers.get("x-request-id") : null
  return {
    requestId: givenId && /^[\w-]{8,64}$/.test(givenId) ? givenId : randomUUID(),
    clientAddress: clientAddress({
      socketAddress: undefined,
      forwardedFor: headers.get("x-forwarded-for"),
      trustedHops,
    }),
  }
}

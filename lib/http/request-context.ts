import { AsyncLocalStorage } from "node:async_hooks"
import { randomUUID } from "node:crypto"
import { env } from "../env"
import { clientAddress } from "./client-address"

/** What the listener (server.ts) knows of a request and no header may claim. */
export type RequestContext = {
  requestId: string
  /** Canonical, or null when nothing trustworthy says it. */
  clientAddress: string | null
  /** Set where a page meets a dependency that is down: the listener then answers 503 where Next can only say 500. */
  unavailable?: boolean
}

// The listener and Next's bundle each hold a copy of this module, and must share one store.
const shared = globalThis as typeof globalThis & { latchkeyRequests?: AsyncLocalStorage<RequestContext> }
shared.latchkeyRequests ??= new AsyncLocalStorage()
const requests = shared.latchkeyRequests

export function runWithRequestContext<T>(context: RequestContext, work: () => T): T {
  return requests.run(context, work)
}

/** The context of the running request, when our own listener took it in. */
export function currentRequestContext(): RequestContext | undefined {
  return requests.getStore()
}

/** Tells our own listener that a dependency is down, so that the page being rendered answers 503. */
export function markUnavailable(): void {
  const context = currentRequestContext()
  if (context) context.unavailable = true
}

/** The same for every listener: on a platform that brings its own, read from the headers its proxies set. */
export function requestContextOf(headers: Headers): RequestContext {
  return (
    currentRequestContext() ?? {
      requestId: plausibleRequestId(headers.get("x-request-id")) ?? randomUUID(),
      clientAddress: clientAddress({
        socketAddress: undefined,
        forwardedFor: headers.get("x-forwarded-for"),
        trustedHops: env().TRUSTED_PROXY_HOPS,
      }),
    }
  )
}

function plausibleRequestId(id: string | null): string | undefined {
  return id && /^[\w-]{8,64}$/.test(id) ? id : undefined
}

import type { IncomingMessage, ServerResponse } from "node:http"
import { RETRY_AFTER_SECONDS } from "../errors"
import { isDraining } from "../lifecycle"
import { log } from "../log"
import { countAnswer } from "../metrics/answer-counts"
import { lingerAfter } from "./lingering-close"
import type { RequestContext } from "./request-context"
import { closedPolicy, securityHeaders } from "./security-headers"

/** Completes what leaves our listener, whoever wrote it, and logs it once it has left. */
export function watchAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): void {
  finishHead(request, response, context)
  logWhenClosed(request, response, context)
}

function finishHead(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
  const writeHead = response.writeHead.bind(response)
  response.writeHead = (status: number, ...rest: never[]) => {
    response.setHeader("x-request-id", context.requestId)
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    if (!response.hasHeader("content-security-policy"))
      response.setHeader("content-security-policy", closedPolicy)
    // A body that nobody read would hold the connection.
    if (isDraining() || !request.complete) response.setHeader("connection", "close")
    if (!request.complete) lingerAfter(request, response)
    if (context.unavailable) response.setHeader("retry-after", RETRY_AFTER_SECONDS)
    return writeHead(truthfulStatus(status, request, context), ...rest)
  }
}

/** Next says 500 where a page meets an outage, and where the body of a form is not one. */
function truthfulStatus(status: number, { method, url }: IncomingMessage, context: RequestContext): number {
  if (context.unavailable) return 503
  const isForm = method === "POST" && !url?.startsWith("/api/")
  return status === 500 && isForm && !context.failed ? 400 : status
}

function logWhenClosed(request: IncomingMessage, response: ServerResponse, context: RequestContext): void {
  const { method, url } = request
  const started = performance.now()
  const path = url?.split("?")[0]
  if (path?.startsWith("/_next/")) return
  response.on("close", () => {
    const { requestId, clientAddress } = context
    const ms = Math.round(performance.now() - started)
    // nginx's word for a client that left before the answer.
    const status = response.writableFinished ? response.statusCode : 499
    countAnswer(status)
    log.info({ method, path, status, ms, requestId, clientAddress }, "request")
  })
}

import { randomUUID } from "node:crypto"
import { STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import { AppError } from "../errors"
import { countAnswer } from "../metrics/answer-counts"
import { endLingering } from "./lingering-close"
import { problemResponse } from "./problem"
import { closedPolicy, securityHeaders } from "./security-headers"

/**
 * Answers what Node could not read as a request, or not in time, and closes. Node would do it with a bare status line;
 * every answer of ours has a request id, the headers that keep others out, and says what is wrong.
 */
export async function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): Promise<void> {
  // An answer may be under way: more bytes would be taken for a part of it.
  const { _httpMessage: underWay } = socket as Duplex & { _httpMessage?: { headersSent: boolean } }
  if (socket.writableEnded) return
  if (!socket.writable || error.code === "ECONNRESET" || underWay?.headersSent) {
    socket.destroy()
    return
  }
  const requestId = randomUUID()
  const refusal = problemResponse(faultOf(error), { requestId })
  const body = await refusal.text()
  const headers = {
    ...Object.fromEntries(refusal.headers),
    ...securityHeaders,
    "content-security-policy": closedPolicy,
    "x-request-id": requestId,
    "content-length": Buffer.byteLength(body),
    connection: "close",
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  countAnswer(refusal.status)
  const statusLine = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`
  endLingering(socket, [statusLine, ...lines, "", body].join("\r\n"))
}

function faultOf({ code }: NodeJS.ErrnoException): AppError {
  if (code === "HPE_HEADER_OVERFLOW") return new AppError("headers_too_large", "The headers are too large.")
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new AppError("request_timeout", "The request did not arrive in time.")
  return new AppError("bad_request", "This is not HTTP that can be read.")
}

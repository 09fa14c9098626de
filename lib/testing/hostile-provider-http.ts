import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Trouble } from "./hostile-provider-faults"

/** What a "huge" answer is padded with. */
export const HUGE = "x".repeat(5_000_000)

export interface LoopbackServer {
  origin: string
  close(): Promise<void>
}

export function listen(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<LoopbackServer> {
  return new Promise((resolve, reject) => {
    const server = createServer(async (request, response) => {
      try {
        await answer(request, response)
      } catch (error) {
        // Who goes away in the middle of a request does no harm.
        if (!request.readableAborted) throw error
      }
    })
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      resolve({ origin, close: () => stop(server) })
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body))
}

/** The answers that are wrong altogether; "redirect" leads to `elsewhere`. */
export function sendTrouble(
  response: ServerResponse,
  trouble: Exclude<Trouble, "slow" | "huge">,
  elsewhere: string,
) {
  switch (trouble) {
    case "401":
      return sendJson(response, 401, { error: "unauthorized" })
    case "429":
      return sendJson(response, 429, { error: "rate_limited" }, { "Retry-After": "1" })
    case "500":
      return sendJson(response, 500, { error: "server_error" })
    case "empty":
      return sendJson(response, 200, {})
    case "redirect":
      return sendJson(response, 307, {}, { Location: elsewhere })
    case "reset":
      return response.destroy()
    case "html":
      return response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><h1>Sign in</h1>")
  }
}

/** Query of a GET, form of a POST. */
export async function readParams(request: IncomingMessage): Promise<Record<string, string>> {
  if (request.method !== "POST") {
    return Object.fromEntries(new URL(request.url ?? "/", "http://loopback").searchParams)
  }
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) body += chunk
  return Object.fromEntries(new URLSearchParams(body))
}

/** Client id and secret, from a Basic header or the form. */
export function readClient(params: Record<string, string>, authorization: string | undefined) {
  if (!authorization) return { id: params.client_id, secret: params.client_secret }
  const pair = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString()
  const [id, secret] = pair.split(":").map(decodeURIComponent)
  return { id, secret }
}

/** Whether the exchange belongs to the authorization request: its redirect URI, and the verifier of its challenge. */
export function isSameRequest(request: Record<string, string>, exchange: Record<string, string>): boolean {
  const verifier = exchange.code_verifier ?? ""
  const challenge = createHash("sha256").update(verifier).digest("base64url")
  return request.redirect_uri === exchange.redirect_uri && request.code_challenge === challenge
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface LoopbackServer {
  origin: string
  close(): Promise<void>
}

export function listen(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<LoopbackServer> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer)
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

export function sendJson(response: ServerResponse, status: number, body: object, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body))
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

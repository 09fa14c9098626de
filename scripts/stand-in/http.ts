import type { IncomingMessage, ServerResponse } from "node:http"
import { htmlHeaders } from "./pages"

const BODY_BYTES_MAX = 4096

export function sendPage(response: ServerResponse, status: number, html: string) {
  response.writeHead(status, htmlHeaders).end(html)
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk
    if (body.length > BODY_BYTES_MAX) throw new Error("The form is too large")
  }
  return new URLSearchParams(body)
}

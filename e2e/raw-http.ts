import { once } from "node:events"
import { createServer, request } from "node:http"
import { type AddressInfo, connect } from "node:net"

// What fetch() and browsers would correct, refuse to send, or not tell.

export type Sent = { method?: string; headers?: Record<string, string>; body?: string | Buffer }

/** Sends exactly this and reads the whole answer. */
export async function send(
  baseURL: string | undefined,
  path: string,
  { method = "GET", headers = {}, body }: Sent = {},
) {
  const { hostname, port } = new URL(baseURL ?? "")
  const length =
    body === undefined || headers["transfer-encoding"]
      ? {}
      : { "content-length": String(Buffer.byteLength(body)) }
  const call = request({ hostname, port, path, method, headers: { ...length, ...headers } })
  // Who is answered early may be cut off in the middle of sending; before the answer, that fails below.
  call.on("error", () => undefined)
  call.end(body)
  const [response] = await once(call, "response")
  let text = ""
  for await (const chunk of response) text += chunk
  return { status: response.statusCode as number, headers: response.headers, text }
}

/** The payload of a page instead of its HTML, or a part of it. Next asks first that the address tells which. */
export async function sendForPart(
  baseURL: string | undefined,
  path: string,
  headers: Record<string, string>,
) {
  const first = await send(baseURL, path, { headers })
  const { location } = first.headers
  const isAgain = first.status === 307 && location?.includes("_rsc")
  return isAgain ? send(baseURL, location ?? "", { headers }) : first
}

/** Writes these bytes and, while no answer has come, whatever `more` gives; resolves with all that was answered. */
export async function speak(
  baseURL: string | undefined,
  head: string,
  more?: (write: (bytes: string | Buffer) => boolean) => Promise<void>,
): Promise<string> {
  const { hostname, port } = new URL(baseURL ?? "")
  const socket = connect(Number(port), hostname)
  let answer = ""
  socket.on("data", (chunk) => {
    answer += chunk
  })
  // A connection that is reset is told by what was answered before.
  socket.on("error", () => undefined)
  const ended = new Promise((resolve) => socket.once("end", resolve).once("close", resolve))
  socket.write(head)
  const write = (bytes: string | Buffer) => answer === "" && !socket.destroyed && socket.write(bytes)
  while (more && answer === "" && !socket.destroyed) await more(write)
  await ended
  socket.destroy()
  return answer
}

/** A server on this machine that nobody should call, and everything it was asked. */
export async function startCanary() {
  const seen: string[] = []
  const server = createServer((asked, response) => {
    seen.push(`${asked.method} ${asked.headers.host}${asked.url}`)
    response.setHeader("access-control-allow-origin", "*")
    if (asked.url === "/redirect") response.writeHead(302, { location: "/redirected" }).end()
    else response.writeHead(200, { "content-type": "image/svg+xml" }).end("<svg/>")
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  // Otherwise it would be no wonder that nobody is heard.
  await fetch(`http://${host}/`)
  if (seen.splice(0).length !== 1) throw new Error("The canary is deaf.")
  return { host, url: `http://${host}`, seen, close: () => server.close() }
}

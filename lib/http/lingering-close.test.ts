import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterAll, expect, test } from "vitest"
import { lingerAfter } from "./lingering-close"

// A real listener that refuses requests before their bodies have come: at once, or after a look at the beginning.

const server = createServer(async (request, response) => {
  if (request.url === "/looks") await request[Symbol.asyncIterator]().next()
  lingerAfter(request, response)
  response.writeHead(413, { connection: "close" }).end("too large")
})
server.listen(0, "127.0.0.1")
await once(server, "listening")
const { port } = server.address() as AddressInfo
afterAll(() => server.close())

const twentyMegabytes = Buffer.alloc(20 * 1024 * 1024, "a")

/** Sends all of it before it reads anything, as simple clients do. */
async function sendThenRead(path: string, body: Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`)
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject)
    socket.write(body, () => resolve())
  })
  return text(socket)
}

test.each(["/", "/looks"])(
  "a client that sends all before it reads still gets the answer (%s)",
  { timeout: 30_000 },
  async (path) => {
    for (let turn = 0; turn < 3; turn++)
      expect(await sendThenRead(path, twentyMegabytes)).toMatch(/too large/)
  },
)

test("a client that never stops sending is cut off", { timeout: 30_000 }, async () => {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true })
  const closed = new Promise((resolve) => socket.once("close", resolve).on("error", () => undefined))
  socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
  const timer = setInterval(() => socket.write("1\r\na\r\n"), 20)
  socket.resume()
  await closed
  clearInterval(timer)
})

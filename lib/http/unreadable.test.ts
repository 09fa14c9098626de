import { once } from "node:events"
import { createServer } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterAll, expect, test } from "vitest"
import { answerUnreadable } from "./unreadable"

const server = createServer({ maxHeaderSize: 1024, connectionsCheckingInterval: 50 }, (request, response) => {
  response.write("begun")
  request.resume().on("end", () => response.end())
})
server.headersTimeout = server.requestTimeout = 200
server.on("clientError", answerUnreadable)
server.listen(0, "127.0.0.1")
await once(server, "listening")
const { port } = server.address() as AddressInfo
afterAll(() => server.close())

/** The whole answer to these bytes. */
function answerTo(bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.write(bytes)
  return text(socket)
}

test.each([
  [400, "bad_request", "what is no HTTP", "junk\r\n\r\n"],
  [400, "bad_request", "two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
  [431, "headers_too_large", "endless headers", `GET / HTTP/1.1\r\nX: ${"x".repeat(100_000)}`],
  [408, "request_timeout", "a head that does not end", "GET / HTTP/1.1\r\nHost: localhost\r\n"],
])("answers %i %s to %s, with the headers of every answer", async (status, code, _what, bytes) => {
  const [head = "", body = ""] = (await answerTo(bytes)).split("\r\n\r\n")
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`))
  expect(head).toContain("content-security-policy: default-src 'none'")
  expect(head).toContain("x-content-type-options: nosniff")
  expect(head).toContain("connection: close")
  const requestId = /^x-request-id: ([\w-]{36})$/m.exec(head)?.[1]
  expect(JSON.parse(body)).toMatchObject({ status, code, request_id: requestId })
})

test("writes nothing into an answer that has begun", async () => {
  const socket = connect(port, "127.0.0.1")
  let answer = ""
  socket.on("data", (chunk) => {
    answer += chunk
  })
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
  await once(socket, "data")
  socket.write("not a chunk\r\n")
  await once(socket, "close")
  expect(answer).toContain("begun")
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

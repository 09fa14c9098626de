import { createServer, type Socket } from "node:net"
import { setTimeout } from "node:timers/promises"
import { afterAll, expect, test, vi } from "vitest"
import * as readyz from "@/app/readyz/route"
import { redis } from "./redis"
import { call } from "./testing/requests"

// As much of Redis as readiness asks for: it answers every command with a simple string, while it lives.
const open = new Set<Socket>()
const server = createServer((socket) => {
  open.add(socket)
  socket.on("data", (data) => {
    for (const _ of data.toString().matchAll(/\*\d+\r\n/g)) socket.write("+PONG\r\n")
  })
  socket.on("error", () => undefined)
})
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
const address = server.address()
process.env.REDIS_URL = `redis://127.0.0.1:${typeof address === "object" ? address?.port : ""}`

function stopRedis() {
  for (const socket of open) socket.destroy()
  server.close()
}

afterAll(() => redis()?.disconnect())

test("a configured Redis is a part of readiness, from the first question on, and is named while it fails", async () => {
  expect((await call(readyz.GET)).body.checks).toHaveProperty("redis")
  // The first connections of a busy machine can take longer than a readiness that is asked for.
  await vi.waitFor(
    async () =>
      expect(await call(readyz.GET)).toMatchObject({
        status: 200,
        body: { status: "ok", checks: { redis: "ok" } },
      }),
    { timeout: 15_000, interval: 500 },
  )
  stopRedis()
  await setTimeout(1100)
  const failing = await call(readyz.GET)
  expect(failing).toMatchObject({
    status: 503,
    body: { status: "unavailable", checks: { database: "ok", redis: "failing" } },
  })
}, 30_000)

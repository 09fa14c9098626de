import net, { type AddressInfo } from "node:net"
import { afterEach, expect, test } from "vitest"
import { findFreePort, isPortFree, listenNear } from "./ports"

const servers: net.Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

test("takes the preferred port when it is free", async () => {
  const free = await listen(0)
  await close()
  expect(await findFreePort({ from: free, attempts: 1 })).toBe(free)
})

test.each(["127.0.0.1", "::1", "::", "0.0.0.0"])("sees a port taken by a listener on %s", async (host) => {
  const port = await listen(0, host).catch(() => null)
  if (port === null) return // no IPv6 here
  expect(await isPortFree(port)).toBe(false)
  expect(await findFreePort({ from: port, attempts: 50 })).toBeGreaterThan(port)
})

test("says so when every port is taken", async () => {
  const port = await listen(0)
  await expect(findFreePort({ from: port, attempts: 1 })).rejects.toThrow(`Port ${port} is taken`)
})

test("moves on when the port is lost between the look and the start", async () => {
  const wanted = await findFreePort({ from: 46_100, attempts: 50 })
  let attempts = 0
  const port = await listenNear({ from: wanted, attempts: 50 }, async (candidate) => {
    // Somebody else gets the first one just before this start does.
    if (attempts++ === 0) await listen(candidate)
    return listen(candidate)
  })
  expect(attempts).toBe(2)
  expect(port).toBeGreaterThan(wanted)
})

test("passes on a failure that has nothing to do with the port", async () => {
  const start = () => Promise.reject(new Error("broken"))
  await expect(listenNear({ from: 46_200, attempts: 50 }, start)).rejects.toThrow("broken")
})

function listen(port: number, host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.on("error", reject)
    server.listen({ port, host }, () => {
      servers.push(server)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function close(): Promise<unknown> {
  return Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
}

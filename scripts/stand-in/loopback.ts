import { createServer, type RequestListener, type Server } from "node:http"
import type { AddressInfo } from "node:net"

const ADDRESSES = new Map([
  ["localhost", ["127.0.0.1", "::1"]],
  ["127.0.0.1", ["127.0.0.1"]],
  ["[::1]", ["::1"]],
])

interface LoopbackListener {
  origin: string
  serve(handler: RequestListener): void
  close(): Promise<void>
}

/**
 * Listens on loopback and nowhere else. "localhost" means 127.0.0.1 and, where the machine has it, ::1:
 * browsers may try either. Port 0 picks a free one.
 */
export async function listenOnLoopback(host: string, port: number): Promise<LoopbackListener> {
  const addresses = ADDRESSES.get(host)
  if (!addresses) throw new Error(`The stand-in listens on loopback only, not on ${host}`)

  const servers: Server[] = []
  const close = async () => void (await Promise.all(servers.map(stop)))
  try {
    for (const address of addresses) {
      const server = await listen(address, port).catch(unlessMissing)
      if (!server) continue
      servers.push(server)
      port = (server.address() as AddressInfo).port
    }
  } catch (error) {
    await close()
    throw error
  }

  return {
    origin: `http://${host}:${port}`,
    serve: (handler) => {
      for (const server of servers) server.on("request", guarded(handler))
    },
    close,
  }
}

/** A page elsewhere whose name was made to resolve to this machine must not get answers (DNS rebinding). */
function guarded(handler: RequestListener): RequestListener {
  return (request, response) => {
    const host = request.headers.host?.replace(/:\d+$/, "") ?? ""
    if (ADDRESSES.has(host)) handler(request, response)
    else response.writeHead(421).end()
  }
}

function listen(address: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(port, address, () => resolve(server))
  })
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT") return null
  throw error
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

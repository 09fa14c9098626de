import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http"
import type { AddressInfo } from "node:net"

const ADDRESSES = new Map([
  ["localhost", ["127.0.0.1", "::1"]],
  ["127.0.0.1", ["127.0.0.1"]],
  ["[::1]", ["::1"]],
])

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>

interface LoopbackListener {
  origin: string
  /** What `answer` throws is told on the terminal, in the name of `who`. */
  serve(who: string, answer: Answer): void
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
    serve: (who, answer) => {
      for (const server of servers) server.on("request", guarded(who, answer))
    },
    close,
  }
}

/** A page elsewhere whose name was made to resolve to this machine must not get answers (DNS rebinding). */
function guarded(who: string, answer: Answer): RequestListener {
  return async (request, response) => {
    const host = request.headers.host?.replace(/:\d+$/, "") ?? ""
    if (!ADDRESSES.has(host)) return void response.writeHead(421).end()
    try {
      await answer(request, response)
    } catch (error) {
      // Who goes away in the middle of a request is told nothing.
      if (request.readableAborted) return
      console.error(`${who}:`, error)
      response.writeHead(500).end()
    }
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

import net from "node:net"
import { ExpectedFault } from "./faults.mjs"

export type PreferredPort = {
  /** The port to take when it is free. */
  from: number
  /** How many ports to look at, this one included. */
  attempts: number
}

/**
 * Starts something that listens on the preferred port, or on the next one that is free. The port can be lost
 * between the look and the start (two checkouts started at once): then the next one is tried.
 */
export async function listenNear<T>(
  preferred: PreferredPort,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (;;) {
    const port = await findFreePort(preferred)
    try {
      return await start(port)
    } catch (error) {
      if (await isPortFree(port)) throw error
    }
  }
}

/** @throws ExpectedFault when none of the ports is free */
export async function findFreePort({ from, attempts }: PreferredPort): Promise<number> {
  const last = Math.min(from + attempts - 1, 65_535)
  for (let port = from; port <= last; port++) {
    if (await isPortFree(port)) return port
  }
  const taken = from === last ? `Port ${from} is taken` : `The ports ${from} to ${last} are all taken`
  throw new ExpectedFault(`${taken}: stop what listens there, or choose another.`)
}

/** Free means that `localhost` reaches nobody there, by IPv4 or IPv6, and that it can be bound. */
export async function isPortFree(port: number): Promise<boolean> {
  const answers = await Promise.all([isAnswering(port, "127.0.0.1"), isAnswering(port, "::1")])
  return !answers.includes(true) && (await canBind(port))
}

function isAnswering(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host })
    const answer = (isOpen: boolean) => {
      socket.destroy()
      resolve(isOpen)
    }
    socket.on("connect", () => answer(true))
    socket.on("error", () => answer(false))
  })
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on("error", () => resolve(false))
    server.listen({ port, host: "127.0.0.1" }, () => server.close(() => resolve(true)))
  })
}

import { connect, createServer, type Server, type Socket } from "node:net"
import { Transform } from "node:stream"

/**
 * How the proxy treats its clients: `slow` takes three seconds to hand on what the server says, `hold` takes their bytes
 * and never answers, as a lost network does.
 */
type Mode = "pass" | "slow" | "refuse" | "hold"

const SLOW_BY = 3000

/** Stands between us and a server, and fails the way networks and servers fail. */
export class TcpProxy {
  readonly #server: Server
  readonly #target: { host: string; port: number }
  readonly #sockets = new Set<Socket>()
  #mode: Mode = "pass"

  static async start(target: URL): Promise<TcpProxy> {
    const proxy = new TcpProxy({ host: target.hostname, port: Number(target.port) })
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve))
    return proxy
  }

  private constructor(target: { host: string; port: number }) {
    this.#target = target
    this.#server = createServer((client) => this.#accept(client))
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === "object" && address ? address.port : 0
  }

  /** From now on; connections that are open are cut, except on the way to `hold`, where they fall silent, and to `slow`. */
  setMode(mode: Mode): void {
    if (mode === this.#mode) return
    this.#mode = mode
    if (mode === "slow") return
    for (const socket of this.#sockets) {
      if (mode === "hold") socket.pause().unpipe()
      else socket.destroy()
    }
  }

  async close(): Promise<void> {
    this.setMode("refuse")
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket): void {
    if (this.#mode === "refuse") {
      client.destroy()
      return
    }
    this.#track(client)
    if (this.#mode === "hold") return
    const upstream = connect(this.#target)
    this.#track(upstream)
    client.pipe(upstream).pipe(this.#late()).pipe(client)
    client.on("close", () => upstream.destroy())
    upstream.on("close", () => client.destroy())
  }

  /** Hands on in order what it is given: at once, or while the server is slow, late. */
  #late(): Transform {
    return new Transform({
      transform: (chunk, _encoding, done) => {
        if (this.#mode === "slow") setTimeout(() => done(null, chunk), SLOW_BY)
        else done(null, chunk)
      },
    })
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on("error", () => socket.destroy())
    socket.on("close", () => this.#sockets.delete(socket))
  }
}

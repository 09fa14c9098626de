import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { ExpectedFault } from "./faults.mjs"
import { findFreePort } from "./ports"

/** A Redis of a test's own: it keeps nothing, and can be stopped, frozen and started again at the same address. */
export class ThrowAwayRedis {
  readonly url: string
  readonly #port: number
  #child: ChildProcess | undefined

  static async start(): Promise<ThrowAwayRedis> {
    requireRedis()
    const from = 20_000 + Math.floor(Math.random() * 20_000)
    const redis = new ThrowAwayRedis(await findFreePort({ from, attempts: 100 }))
    await redis.start()
    return redis
  }

  private constructor(port: number) {
    this.#port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  async start(): Promise<void> {
    const settings = ["--port", String(this.#port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    const child = spawn(program(), settings, { stdio: "ignore" })
    this.#child = child
    while (!(await answers(this.#port))) {
      if (child.exitCode !== null) throw new ExpectedFault(`Redis ended with ${child.exitCode}.`)
      await sleep(20)
    }
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill("SIGKILL")
    await once(child, "exit")
  }

  /** From now on it takes connections and answers nobody, as a machine that hangs does. */
  freeze(): void {
    this.#child?.kill("SIGSTOP")
  }

  thaw(): void {
    this.#child?.kill("SIGCONT")
  }
}

/** Makes sure that there is a Redis to test with: one that is there, else one that this machine can install. */
function requireRedis(): void {
  if (canRun() || (installFromDebian() && canRun())) return
  throw new ExpectedFault(
    "These tests need Redis: install redis-server with your package manager, or set REDIS_SERVER_PATH.",
  )
}

function program(): string {
  return process.env.REDIS_SERVER_PATH ?? "redis-server"
}

function canRun(): boolean {
  return spawnSync(program(), ["--version"], { timeout: 20_000 }).status === 0
}

function installFromDebian(): boolean {
  if (process.getuid?.() !== 0) return false
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  const install = (...args: string[]) => spawnSync("apt-get", args, { stdio: "ignore", env }).status === 0
  return (
    install("update", "-qq") && install("install", "-y", "-qq", "--no-install-recommends", "redis-server")
  )
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"))
    const answer = (isUp: boolean) => {
      socket.destroy()
      resolve(isUp)
    }
    socket.once("data", (data) => answer(data.includes("PONG")))
    socket.once("error", () => answer(false))
  })
}

import { type ChildProcess, spawn } from "node:child_process"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { exitCodeOf, stopChild } from "./children"
import { onExit } from "./command"
import type { Environment } from "./env-file"
import { ExpectedFault } from "./faults.mjs"

export type AppServer = {
  /** Settles when the server ends by itself. */
  ended: Promise<number | null>
  stop: () => Promise<void>
}

export type AppServerOptions = {
  /** The bundled server.ts. */
  entry: string
  port: number
  environment: Environment
  /** Where its output goes: the terminal, or a file descriptor. */
  output: "inherit" | number
}

const startLimitMs = 90_000
const politeStopMs = 10_000
const preload = path.resolve("scripts/support/supervised.mjs")

/** Starts the app's server and waits until it is up. @throws ExpectedFault when it ends before that */
export async function startAppServer(options: AppServerOptions): Promise<AppServer> {
  const server = spawn(process.execPath, ["--enable-source-maps", "--import", preload, options.entry], {
    // In a process group of its own, a terminal's Ctrl-C reaches it once: from here, before the database stops.
    detached: true,
    env: options.environment,
    stdio: ["ignore", options.output, options.output, "ipc"],
  })
  const forget = onExit(stop)
  async function stop(): Promise<void> {
    forget()
    await stopChild(server, politeStopMs)
  }
  try {
    await waitUntilUp(server, options.port)
  } catch (error) {
    await stop()
    throw error
  }
  return { ended: exitCodeOf(server), stop }
}

async function waitUntilUp(server: ChildProcess, port: number): Promise<void> {
  let hasEnded = false
  let isListening = false
  server.on("message", (message: { port?: number }) => {
    isListening ||= message.port === port
  })
  void exitCodeOf(server).then(() => {
    hasEnded = true
  })
  for (const deadline = Date.now() + startLimitMs; Date.now() < deadline; await sleep(50)) {
    if (hasEnded)
      throw new ExpectedFault("The app's server ended while it was starting: see its output above.")
    if (isListening && (await isUp(port))) return
  }
  throw new ExpectedFault(`The app's server did not answer /healthz within ${startLimitMs / 1000} s.`)
}

async function isUp(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2000) })
    return response.ok
  } catch {
    return false
  }
}

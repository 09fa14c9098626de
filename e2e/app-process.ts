import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

/** The production build in a process of its own, for tests that end it or take its database away. */
export type AppProcess = {
  url: string
  child: ChildProcess
  /** Everything it has written so far. */
  output: () => string
  stop: () => Promise<void>
}

type Changes = Record<string, string | undefined>

/** Starts the app with some variables changed, and waits until it answers or has ended. */
export async function startApp(changes: Changes = {}): Promise<AppProcess> {
  const port = changes.PORT ?? (await freePort())
  const url = `http://localhost:${port}`
  const env = { ...process.env, NODE_OPTIONS: "", APP_URL: url, ...changes, PORT: port }
  const child = spawn(process.execPath, ["dist/server.js"], { env, stdio: ["ignore", "pipe", "pipe"] })
  let written = ""
  child.stdout.on("data", (chunk) => {
    written += chunk
  })
  child.stderr.on("data", (chunk) => {
    written += chunk
  })
  // By what it says, not by what answers at the port: that could be somebody else.
  while (!hasEnded(child) && !written.includes('"msg":"listening"')) await sleep(50)
  return {
    url,
    child,
    output: () => written,
    async stop() {
      if (hasEnded(child)) return
      child.kill("SIGKILL")
      await once(child, "exit")
    },
  }
}

/**
 * Starts the app twice, as behind a balancer: one public address, one database. Each instance also answers at a
 * `url` of its own; the address is the first one's unless another is given.
 */
export async function startTwoApps(changes: Changes = {}): Promise<[AppProcess, AppProcess]> {
  const [first, second] = [await freePort(), await freePort()]
  const shared = { APP_URL: `http://localhost:${first}`, ...changes }
  return Promise.all([startApp({ ...shared, PORT: first }), startApp({ ...shared, PORT: second })])
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return String(typeof address === "object" && address ? address.port : 0)
}

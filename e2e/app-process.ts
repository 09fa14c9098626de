import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:net"

/** The production build in a process of its own, for tests that end it or take its database away. */
export type AppProcess = {
  url: string
  child: ChildProcess
  /** Everything it has written so far. */
  output: () => string
  stop: () => Promise<void>
}

/** Starts the app with some variables changed, and waits until it answers or has ended. */
export async function startApp(changes: Record<string, string | undefined> = {}): Promise<AppProcess> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = { ...process.env, NODE_OPTIONS: "", PORT: String(port), APP_URL: url, ...changes }
  const child = spawn(process.execPath, ["dist/server.js"], { env, stdio: ["ignore", "pipe", "pipe"] })
  let written = ""
  child.stdout.on("data", (chunk) => {
    written += chunk
  })
  child.stderr.on("data", (chunk) => {
    written += chunk
  })
  const listening = async () => {
    while (child.exitCode === null && !(await isUp(url)))
      await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await listening()
  return {
    url,
    child,
    output: () => written,
    async stop() {
      if (child.exitCode !== null) return
      child.kill("SIGKILL")
      await once(child, "exit")
    },
  }
}

async function isUp(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    (response) => response.ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address ? address.port : 0
}

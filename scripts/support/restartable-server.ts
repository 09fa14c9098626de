import { type AppServer, type AppServerOptions, startAppServer } from "./app-server"
import { reportFault } from "./faults.mjs"

export type RestartableServer = AppServer & {
  /** Starts it anew. When that fails, because the code is broken just now, the next restart may succeed. */
  restart: () => Promise<void>
}

/** Starts the app's server. Its end counts as such only when nobody asked for it. */
export async function startRestartableServer(options: AppServerOptions): Promise<RestartableServer> {
  let current: AppServer | null = await startAppServer(options)
  let restarts = Promise.resolve()
  let settle: (code: number | null) => void = () => {}
  const ended = new Promise<number | null>((resolve) => {
    settle = resolve
  })
  watch(current)

  function watch(server: AppServer): void {
    void server.ended.then((code) => {
      if (server === current) settle(code)
    })
  }

  async function stop(): Promise<void> {
    const server = current
    current = null
    await server?.stop()
  }

  async function startAgain(): Promise<void> {
    await stop()
    try {
      current = await startAppServer(options)
      watch(current)
    } catch (error) {
      reportFault(error)
    }
  }

  return {
    ended,
    stop,
    restart() {
      restarts = restarts.then(startAgain)
      return restarts
    },
  }
}

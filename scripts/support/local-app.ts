import net from "node:net"
import { startGoogleStandIn } from "../google-stand-in/google-stand-in"
import type { Environment } from "./env-file"
import { listenNear, type PreferredPort } from "./ports"
import { type RestartableServer, startRestartableServer } from "./restartable-server"

export type Mode = "development" | "preview"

export type LocalAppOptions = {
  mode: Mode
  /** The bundled server.ts. */
  entry: string
  databaseUrl: string
  environment: Environment
  ports: { app: PreferredPort; standIn: PreferredPort }
  output: "inherit" | number
}

export type LocalApp = {
  url: string
  /** The local stand-in for Google, unless a real client is configured. */
  issuer: string | null
  server: RestartableServer
  /** What the app runs with. */
  environment: Environment
  stop: () => Promise<void>
}

const standInClient = { clientId: "latchkey-local", clientSecret: "latchkey-local-secret" }

/** Starts the app and, unless Google is configured, the stand-in for it, on free ports near the preferred ones. */
export async function startLocalApp(options: LocalAppOptions): Promise<LocalApp> {
  const standIn = options.environment.AUTH_GOOGLE_ID ? null : await startStandIn(options.ports.standIn)
  try {
    const { server, environment } = await listenNear(options.ports.app, async (port) => {
      const environment = serverEnvironment(options, { port, issuer: standIn?.issuer })
      const { entry, output } = options
      return { server: await startRestartableServer({ entry, port, environment, output }), environment }
    })
    return {
      url: environment.APP_URL,
      environment,
      issuer: standIn?.issuer ?? null,
      server,
      async stop() {
        await server.stop()
        await standIn?.close()
      },
    }
  } catch (error) {
    await standIn?.close()
    throw error
  }
}

function startStandIn(preferred: PreferredPort) {
  // It refuses to start in production; a shell that says so does not mean this process.
  Object.assign(process.env, { NODE_ENV: "development" })
  return listenNear(preferred, (port) => startGoogleStandIn({ port, ...standInClient }))
}

function serverEnvironment(
  options: LocalAppOptions,
  { port, issuer }: { port: number; issuer: string | undefined },
): Environment & { APP_URL: string } {
  const { HOST = "" } = options.environment
  return {
    ...options.environment,
    NODE_ENV: options.mode === "preview" ? "production" : "development",
    ...(options.mode === "preview" ? { LATCHKEY_PREVIEW: "1" } : {}),
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    // Some shells export the machine's name as HOST; only an address is meant as a choice.
    HOST: net.isIP(HOST) ? HOST : "127.0.0.1",
    APP_URL: options.environment.APP_URL || `http://localhost:${port}`,
    DATABASE_URL: options.databaseUrl,
    ...(issuer ? standInEnvironment(issuer) : {}),
  }
}

function standInEnvironment(issuer: string) {
  return {
    AUTH_GOOGLE_ID: standInClient.clientId,
    AUTH_GOOGLE_SECRET: standInClient.clientSecret,
    AUTH_GOOGLE_ISSUER: issuer,
    ALLOW_TEST_ISSUER: "1",
  }
}

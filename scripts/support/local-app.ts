import net from "node:net"
import { startGithubStandIn } from "../github-stand-in/github-stand-in"
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
  /** Whether a stand-in for GitHub runs beside, too. */
  withGithub?: boolean
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

type StandIns = {
  google: Awaited<ReturnType<typeof startGoogleStandIn>> | null
  github: Awaited<ReturnType<typeof startGithubStandIn>> | null
}

const standInClient = { clientId: "latchkey-local", clientSecret: "latchkey-local-secret" }

/** Starts the app and, unless Google is configured, the stand-in for it, on free ports near the preferred ones. */
export async function startLocalApp(options: LocalAppOptions): Promise<LocalApp> {
  const standIns = await startStandIns(options)
  try {
    const { server, environment } = await listenNear(options.ports.app, async (port) => {
      const environment = serverEnvironment(options, { port, standIns })
      const { entry, output } = options
      return { server: await startRestartableServer({ entry, port, environment, output }), environment }
    })
    return {
      url: environment.APP_URL,
      environment,
      issuer: standIns.google?.issuer ?? null,
      server,
      async stop() {
        await server.stop()
        await stopStandIns(standIns)
      },
    }
  } catch (error) {
    await stopStandIns(standIns)
    throw error
  }
}

async function startStandIns({ environment, ports, withGithub }: LocalAppOptions): Promise<StandIns> {
  // They refuse to start in production; a shell that says so does not mean this process.
  Object.assign(process.env, { NODE_ENV: "development" })
  const google = environment.AUTH_GOOGLE_ID
    ? null
    : await listenNear(ports.standIn, (port) => startGoogleStandIn({ port, ...standInClient }))
  const github = withGithub
    ? await listenNear(ports.standIn, (port) => startGithubStandIn({ port, ...standInClient }))
    : null
  return { google, github }
}

async function stopStandIns({ google, github }: StandIns): Promise<void> {
  await Promise.all([google?.close(), github?.close()])
}

function serverEnvironment(
  options: LocalAppOptions,
  { port, standIns }: { port: number; standIns: StandIns },
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
    ...standInEnvironment(standIns),
  }
}

function standInEnvironment({ google, github }: StandIns) {
  const { clientId, clientSecret } = standInClient
  return {
    ...(google || github ? { ALLOW_TEST_ISSUER: "1" } : {}),
    ...(google
      ? { AUTH_GOOGLE_ID: clientId, AUTH_GOOGLE_SECRET: clientSecret, AUTH_GOOGLE_ISSUER: google.issuer }
      : {}),
    ...(github
      ? { AUTH_GITHUB_ID: clientId, AUTH_GITHUB_SECRET: clientSecret, AUTH_GITHUB_URL: github.url }
      : {}),
  }
}

import { setupLock } from "./checkout.mjs"
import { onExit } from "./command"
import { type Environment, ensureSecrets, readEnvironment } from "./env-file"
import { ExpectedFault } from "./faults.mjs"
import { type LocalApp, type Mode, startLocalApp } from "./local-app"
import { openLocalDatabase, prepareDatabase } from "./local-database"
import { tryLock, withLock } from "./lock.mjs"
import type { PreferredPort } from "./ports"
import { step } from "./progress.mjs"

const standInPort: PreferredPort = { from: 4400, attempts: 50 }

type Serve = {
  mode: Mode
  /** The npm command, for messages. */
  command: string
  /** Makes the bundled server and returns its file. */
  build: () => Promise<string>
  /** Calls back whenever the bundled server has changed. */
  watch?: (onChange: () => void) => Promise<void>
}

/** Runs the app with everything it needs until it is stopped. What it started, it stops. */
export async function serve({ mode, command, build, watch }: Serve): Promise<number | undefined> {
  const { lock, holder } = tryLock(`.data/${command}.lock`)
  if (!lock) {
    throw new ExpectedFault(
      `\`npm run ${command}\` already runs here${holder.note ? `, at ${holder.note}` : ""} (process ${holder.pid}).`,
    )
  }
  onExit(lock.release)
  await withLock(setupLock, () => ensureSecrets())
  const environment = readEnvironment()
  const database = await step("Starting the database", () => openLocalDatabase(environment))
  onExit(database.release)
  const [entry] = await Promise.all([
    build(),
    step("Preparing the database", () => prepareDatabase(database.url, environment)),
  ])
  const app = await step("Starting the app", () =>
    startLocalApp({
      ...{ mode, entry, environment, databaseUrl: database.url, output: "inherit" },
      ports: { app: appPort(environment), standIn: standInPort },
    }),
  )
  onExit(app.stop)
  lock.describe(app.url)
  report(app, { mode, databaseUrl: database.url })
  await watch?.(() => {
    console.log("  The server's code changed: restarting it …")
    void app.server.restart()
  })
  return (await app.server.ended) ?? 1
}

/** A port that somebody chose is that port or none; the usual one may give way to another checkout's. */
function appPort({ PORT, APP_URL = "" }: Environment): PreferredPort {
  const chosen = PORT ?? /^http:\/\/localhost:(\d+)$/.exec(APP_URL)?.[1]
  if (chosen === undefined) return { from: 3000, attempts: 50 }
  const port = Number(chosen)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return { from: port, attempts: 1 }
  throw new ExpectedFault(`PORT must be a number from 1 to 65535; it is "${chosen}".`)
}

function report(app: LocalApp, { mode, databaseUrl }: { mode: Mode; databaseUrl: string }): void {
  console.log(`
  Latchkey (${mode})  ${app.url}
  Database          ${databaseUrl}
  Google            ${app.issuer ? `a local stand-in at ${app.issuer}` : "the client in AUTH_GOOGLE_ID"}
  Mail              ${app.environment.SMTP_URL ? "goes out through SMTP_URL; a copy" : "stays here"}: ${app.url}/dev/mail

  Ctrl-C stops everything.
`)
}

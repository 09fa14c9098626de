import { closeSync, existsSync, openSync } from "node:fs"
import { recreateDatabase } from "./database"
import { ExpectedFault } from "./faults.mjs"
import { startLocalApp } from "./local-app"
import { prepareDatabase } from "./local-database"
import { serverBundle } from "./production-build"
import { testVariables } from "./test-environment.mjs"
import { withTestPostgres } from "./test-postgres"

export type ThrowAwayApp = {
  url: string
  /** What the app runs with, for fixtures that write to its database or sign with its secrets. */
  environment: NodeJS.ProcessEnv
}

export const throwAwayLog = ".data/app-under-test.log"

/** Runs the production build with a new, seeded database and a stand-in for Google of its own. */
export function withThrowAwayApp<T>(work: (app: ThrowAwayApp) => Promise<T>): Promise<T> {
  return withTestPostgres(async (postgres) => {
    const databaseUrl = await recreateDatabase(postgres, "app_under_test")
    const environment = { ...process.env, ...testVariables(), DATABASE_URL: databaseUrl }
    await prepareDatabase(databaseUrl, environment)
    return withAppOn(databaseUrl, environment, work)
  })
}

/** The same with a database that is there. */
export async function withAppOn<T>(
  databaseUrl: string,
  environment: NodeJS.ProcessEnv,
  work: (app: ThrowAwayApp) => Promise<T>,
): Promise<T> {
  if (!existsSync(serverBundle))
    throw new ExpectedFault("There is no production build to run: `npm run build`.")
  const log = openSync(throwAwayLog, "w")
  const app = await startLocalApp({
    ...{ mode: "preview", entry: serverBundle, databaseUrl, environment, output: log },
    withGithub: true,
    ports: { app: { from: 3100, attempts: 50 }, standIn: { from: 4500, attempts: 50 } },
  })
  try {
    return await work({ url: app.url, environment: app.environment })
  } finally {
    await app.stop()
    closeSync(log)
  }
}

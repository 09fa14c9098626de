// Runs another script with the environment and the database of this checkout: `db:migrate`, `keys:rotate`, …

import { spawn } from "node:child_process"
import { exitCodeOf, stopChild } from "./support/children"
import { onExit, runCommand } from "./support/command"
import { isLocalDatabase } from "./support/database"
import { ensureSecrets, readEnvironment } from "./support/env-file"
import { openLocalDatabase } from "./support/local-database"
import { scriptArguments } from "./support/script.mjs"

runCommand(async () => {
  const { DATABASE_URL, NODE_ENV } = process.env
  if (NODE_ENV !== "production" && (!DATABASE_URL || isLocalDatabase(DATABASE_URL))) ensureSecrets()
  const environment = readEnvironment()
  const database = await openLocalDatabase(environment)
  onExit(database.release)
  const script = spawn(process.execPath, [...scriptArguments, ...process.argv.slice(2)], {
    env: {
      ...environment,
      DATABASE_URL: database.url,
      NODE_ENV: database.isEmbedded ? "development" : environment.NODE_ENV,
    },
    stdio: "inherit",
  })
  onExit(() => stopChild(script))
  return (await exitCodeOf(script)) ?? 1
})

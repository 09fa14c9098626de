import pg from "pg"
import { runCommand } from "./support/command"
import { requireLocalDatabase } from "./support/database"
import { readEnvironment } from "./support/env-file"
import { prepareDatabase } from "./support/local-database"

/** Starts over: drops every table of the local database, then migrates and seeds it. */
runCommand(async () => {
  const environment = readEnvironment()
  const url = environment.DATABASE_URL ?? ""
  requireLocalDatabase(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("DROP SCHEMA public CASCADE")
  await client.query("CREATE SCHEMA public")
  await client.end()
  await prepareDatabase(url, environment)
  console.log("The database is as new.")
  return 0
})

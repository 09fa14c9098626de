import type { TestProject } from "vitest/node"
import { migrate } from "../db-migrate"
import { dropDatabases, recreateDatabase } from "./database"
import { startTestPostgres } from "./test-postgres"

declare module "vitest" {
  export interface ProvidedContext {
    /** The test server's `postgres` database, as its superuser. */
    postgresUrl: string
    /** Migrated, and empty otherwise: what a test file's database is copied from. This run's own. */
    templateDatabase: string
  }
}

/** Once per run: a server, and in it a migrated database that every test file gets a copy of. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres()
  const template = `run_${process.pid}_template`
  await migrate(await recreateDatabase(postgres, template))
  project.provide("postgresUrl", postgres.url("postgres"))
  project.provide("templateDatabase", template)
  return async () => {
    await dropDatabases(postgres, `run_${process.pid}_`)
    await postgres.release()
  }
}

import type { TestProject } from "vitest/node"
import { migrate } from "../db-migrate"
import { recreateDatabase } from "./database"
import { startTestPostgres, templateDatabase } from "./test-postgres"

declare module "vitest" {
  export interface ProvidedContext {
    /** The test server's `postgres` database, as its superuser. */
    postgresUrl: string
  }
}

/** Once per run: a server, and in it a migrated database that every test file gets a copy of. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres()
  await migrate(await recreateDatabase(postgres, templateDatabase))
  project.provide("postgresUrl", postgres.url("postgres"))
  return postgres.release
}

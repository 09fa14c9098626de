import { migrate } from "../db-migrate"
import { runTypeScript } from "./children"
import { ensureDatabase, isLocalDatabase } from "./database"
import type { Environment } from "./env-file"
import { startPostgres } from "./postgres"

export type LocalDatabase = { url: string; isEmbedded: boolean; release: () => Promise<void> }

const developmentPostgres = { name: "postgres", port: { from: 54_329, attempts: 50 }, durable: true }

/** The database of this checkout: the one DATABASE_URL names, else the embedded server's. */
export async function openLocalDatabase(environment: Environment): Promise<LocalDatabase> {
  const given = environment.DATABASE_URL
  if (given) return { url: given, isEmbedded: false, release: async () => {} }
  const postgres = await startPostgres(developmentPostgres)
  try {
    return { url: await ensureDatabase(postgres, "latchkey"), isEmbedded: true, release: postgres.release }
  } catch (error) {
    await postgres.release()
    throw error
  }
}

/** Brings tables and, on this machine, development data up to date. Doing it twice changes nothing. */
export async function prepareDatabase(url: string, environment: Environment): Promise<void> {
  await migrate(url)
  if (!isLocalDatabase(url)) return
  await runTypeScript("Seeding the database", ["prisma/seed.ts"], {
    // Whatever the shell says: production demands variables that this machine need not have.
    env: { ...environment, NODE_ENV: "development", DATABASE_URL: url },
  })
}

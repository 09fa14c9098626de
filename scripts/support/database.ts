import pg from "pg"
import { dropDatabase } from "./drop-database.mjs"
import { ExpectedFault } from "./faults.mjs"
import type { Postgres } from "./postgres"

type Server = Pick<Postgres, "url">

/** Who the app connects as: it owns its databases and may create more, but is no superuser, as in production. */
const appRole = "latchkey"

/** Makes the database when there is none, and returns its connection string. */
export async function ensureDatabase(postgres: Server, name: string): Promise<string> {
  await administer(postgres, async (client) => {
    await ensureRole(client, postgres)
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name])
    if (!rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${appRole}`)
  })
  return postgres.url(name, appRole)
}

/** Makes the database anew, empty or as a copy of another one, and returns its connection string. */
export async function recreateDatabase(
  postgres: Server,
  name: string,
  template = "template1",
): Promise<string> {
  await administer(postgres, async (client) => {
    await ensureRole(client, postgres)
    const [target, source] = [pg.escapeIdentifier(name), pg.escapeIdentifier(template)]
    await client.query(`DROP DATABASE IF EXISTS ${target} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${target} OWNER ${appRole} TEMPLATE ${source}`)
  })
  return postgres.url(name, appRole)
}

/** Drops every database whose name starts so. */
export async function dropDatabases(postgres: Server, prefix: string): Promise<void> {
  await administer(postgres, async (client) => {
    const found = await client.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [
      prefix,
    ])
    for (const { datname } of found.rows) {
      await dropDatabase(client, datname)
    }
  })
}

/** @throws ExpectedFault unless the database is on this machine: for whatever deletes or invents data */
export function requireLocalDatabase(url: string): void {
  if (isLocalDatabase(url)) return
  throw new ExpectedFault(
    `This is for a database on this machine only, and ${new URL(url).hostname} is another one.`,
  )
}

export function isLocalDatabase(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname)
}

async function administer(postgres: Server, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url("postgres") })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

async function ensureRole(client: pg.Client, postgres: Server): Promise<void> {
  const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [appRole])
  if (rowCount) return
  const { password } = new URL(postgres.url("postgres"))
  await client.query(`CREATE ROLE ${appRole} LOGIN CREATEDB PASSWORD ${pg.escapeLiteral(password)}`)
}

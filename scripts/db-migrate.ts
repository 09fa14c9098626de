// Applies prisma/migrations with nothing but `pg`, so neither Prisma's CLI nor its engine need be in production.
// Table, checksums and lock are Prisma's own: `prisma migrate deploy` and `status` agree with what is done here.
//
// A migration and its record are one transaction: it is there as a whole or not at all, and one that failed can
// be corrected and run again. What Postgres refuses inside a transaction (CREATE INDEX CONCURRENTLY, VACUUM) must
// be the only statement of its migration; it is sent by itself, and when that fails someone has to look.

import { createHash, randomUUID } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import pg from "pg"
import { runCommand } from "./support/command"
import { readEnvironment } from "./support/env-file"
import { ExpectedFault } from "./support/faults.mjs"

export type MigrateOptions = {
  log?: (line: string) => void
  /** Another folder than prisma/migrations. */
  folder?: string
}

type Migration = { name: string; sql: string }
type MigrationRecord = { name: string; checksum: string; finished: boolean }

/** The key of the lock under which Prisma's own commands migrate. */
const advisoryLock = 72707369
const lockWaitLimitMs = 120_000
const lockPollMs = 200
const connectLimitMs = 10_000
/** How long a statement may queue for a table; every query that comes after it queues behind it. */
const tableLockLimitMs = 10_000

/** lock_not_available and deadlock_detected: running the same migration again may well succeed. */
const transientErrors = ["55P03", "40P01"]

/**
 * Brings the database up to the newest migration. Any number may do so at once: one applies, the others wait.
 * @throws ExpectedFault when the database cannot be reached, when a migration fails or has failed before, and
 * when the file of an applied one was changed
 */
export async function migrate(
  databaseUrl: string,
  options: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const { log = () => {}, folder = fileURLToPath(new URL("../prisma/migrations", import.meta.url)) } = options
  const migrations = readMigrations(folder)
  const client = await connect(databaseUrl)
  try {
    await lock(client, log)
    await client.query(migrationsTable)
    const pending = findPending(migrations, await readRecords(client))
    for (const migration of pending) {
      const startedAt = performance.now()
      await apply(client, migration)
      log(`Applied ${migration.name} (${Math.round(performance.now() - startedAt)} ms)`)
    }
    return { applied: pending.map(({ name }) => name) }
  } catch (error) {
    if (error instanceof pg.DatabaseError) throw new ExpectedFault(`The database refused: ${error.message}`)
    throw error
  } finally {
    await client.end()
  }
}

function readMigrations(folder: string): Migration[] {
  if (!existsSync(folder)) throw new ExpectedFault(`There are no migrations: ${folder} does not exist.`)
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return names.map((name) => {
    const file = path.join(folder, name, "migration.sql")
    if (!existsSync(file)) throw new ExpectedFault(`The migration ${name} has no migration.sql.`)
    return { name, sql: readFileSync(file, "utf8") }
  })
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: connectLimitMs,
      application_name: "latchkey-migrate",
    })
    // A connection that breaks also rejects the query it breaks, which is where it is dealt with.
    client.on("error", () => {})
    await client.connect()
    return client
  } catch (error) {
    const { message, code } = error as pg.DatabaseError
    throw new ExpectedFault(`Cannot connect to the database: ${message || code}`)
  }
}

/**
 * The lock ends with the connection. It is polled for, because a statement waiting for it would hold a snapshot,
 * and CREATE INDEX CONCURRENTLY in the runner that has the lock would wait for that in turn.
 */
async function lock(client: pg.Client, log: (line: string) => void): Promise<void> {
  const deadline = Date.now() + lockWaitLimitMs
  for (let attempt = 0; Date.now() < deadline; attempt++) {
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS locked", [advisoryLock])
    if (rows[0].locked) return
    if (attempt === 0) log("Waiting for another migration of this database to end …")
    await sleep(lockPollMs)
  }
  throw new ExpectedFault(`Another migration has held the lock for ${lockWaitLimitMs / 1000} s. Is it stuck?`)
}

async function readRecords(client: pg.Client): Promise<MigrationRecord[]> {
  const { rows } = await client.query<MigrationRecord>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  )
  return rows
}

/** Records without a file are left alone: an older release may start on a newer database. */
function findPending(migrations: Migration[], records: MigrationRecord[]): Migration[] {
  const failed = records.find((record) => !record.finished)
  if (failed) throw new ExpectedFault(explainFailedBefore(failed.name))
  return migrations.filter((migration) => {
    const record = records.find(({ name }) => name === migration.name)
    if (record && !checksums(migration.sql).includes(record.checksum)) {
      throw new ExpectedFault(explainEdited(migration.name))
    }
    return !record
  })
}

/** The first is Prisma's checksum of the file; the others are what it was under other line endings. */
function checksums(sql: string): string[] {
  const unix = sql.replaceAll("\r\n", "\n")
  return [sql, unix, unix.replaceAll("\n", "\r\n")].map((text) =>
    createHash("sha256").update(text).digest("hex"),
  )
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID()
  // The words in a comment or a string do no harm: Postgres takes any one query as a transaction.
  if (/\b(CONCURRENTLY|VACUUM)\b/i.test(migration.sql)) await applyByItself(client, id, migration)
  else await applyInTransaction(client, id, migration)
}

async function applyInTransaction(client: pg.Client, id: string, migration: Migration): Promise<void> {
  try {
    await client.query("BEGIN")
    await client.query(`SET LOCAL lock_timeout = ${tableLockLimitMs}`)
    await recordStart(client, id, migration)
    await client.query(migration.sql)
    await recordFinish(client, id)
    await client.query("COMMIT")
  } catch (error) {
    const { message, code = "" } = error as pg.DatabaseError
    const isConnected = await client.query("ROLLBACK").then(Boolean, () => false)
    if (!isConnected) {
      throw new ExpectedFault(`The connection broke during ${migration.name}: ${message}. Run this again.`)
    }
    if (!transientErrors.includes(code)) {
      await recordStart(client, id, migration)
      await recordFailure(client, id, message, { rolledBack: true })
    }
    throw new ExpectedFault(`The migration ${migration.name} failed and changed nothing: ${message}`)
  }
}

async function applyByItself(client: pg.Client, id: string, migration: Migration): Promise<void> {
  await recordStart(client, id, migration)
  try {
    await client.query(migration.sql)
  } catch (error) {
    const { message } = error as pg.DatabaseError
    await recordFailure(client, id, message, { rolledBack: false })
    throw new ExpectedFault(
      `The migration ${migration.name} failed: ${message}\n${howToResolve(migration.name)}`,
    )
  }
  await recordFinish(client, id)
}

// Prisma's table -------------------------------------------------------------------------------

const migrationsTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`

async function recordStart(client: pg.Client, id: string, { name, sql }: Migration): Promise<void> {
  await client.query("INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)", [
    id,
    checksums(sql)[0],
    name,
  ])
}

async function recordFinish(client: pg.Client, id: string): Promise<void> {
  await client.query(
    "UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1",
    [id],
  )
}

async function recordFailure(
  client: pg.Client,
  id: string,
  logs: string,
  { rolledBack }: { rolledBack: boolean },
): Promise<void> {
  await client.query(
    "UPDATE _prisma_migrations SET logs = $2, rolled_back_at = CASE WHEN $3 THEN now() END WHERE id = $1",
    [id, logs, rolledBack],
  )
}

// What to do about it --------------------------------------------------------------------------

function explainFailedBefore(name: string): string {
  return `The migration ${name} failed earlier and may have done half its work, so nothing more is applied.\n${howToResolve(name)}`
}

function howToResolve(name: string): string {
  return [
    "Look at what it left in the database (the reason is in _prisma_migrations.logs), then either",
    `  finish its work by hand and run   npx prisma migrate resolve --applied ${name}`,
    `  or undo its work by hand and run  npx prisma migrate resolve --rolled-back ${name}`,
  ].join("\n")
}

function explainEdited(name: string): string {
  return [
    `The file of migration ${name} is not the one this database has applied.`,
    "Restore it, and put the change into a migration of its own (npm run db:diff NAME).",
    "If nobody else has applied it, `npm run db:reset` starts the local database over instead.",
  ].join("\n")
}

// On the command line --------------------------------------------------------------------------

async function main(): Promise<number> {
  const url = readEnvironment().DATABASE_URL
  if (!url) throw new ExpectedFault("DATABASE_URL is not set: say which database to migrate.")
  const { applied } = await migrate(url, { log: console.log })
  if (applied.length === 0) console.log("No migration is pending.")
  return 0
}

if (/^db-migrate\.[jt]s$/.test(path.basename(process.argv[1] ?? ""))) await runCommand(main)

import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import pg from "pg"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { migrate } from "./db-migrate"
import { dropDatabase } from "./support/drop-database.mjs"

type Outcome = { exitCode: number; output: string }

const commandLimitMs = 60_000

let databaseUrl: string
let folder: string

beforeEach(async () => {
  databaseUrl = await createDatabase()
  folder = mkdtempSync(path.join(tmpdir(), "migrations-"))
})

afterEach(async () => {
  await remove(databaseUrl)
  rmSync(folder, { recursive: true })
})

describe("migrate", () => {
  it("applies everything to an empty database, in order, and then nothing", async () => {
    write("2_second", "ALTER TABLE thing ADD COLUMN name TEXT")
    write("1_first", "CREATE TABLE thing (id INT)")
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: ["1_first", "2_second"] })
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: [] })
  })

  it("applies once when two run at once", async () => {
    write("1_slow", "CREATE TABLE thing (id INT); SELECT pg_sleep(0.3)")
    const lines: string[] = []
    const run = () => migrate(databaseUrl, { folder, log: (line) => lines.push(line) })
    const results = await Promise.all([run(), run()])
    expect(results.flatMap(({ applied }) => applied)).toEqual(["1_slow"])
    expect(lines.filter((line) => line.startsWith("Waiting for another migration"))).toHaveLength(1)
  })

  it("lets an index be built concurrently while another waits", async () => {
    write("1_table", "CREATE TABLE thing (id INT)")
    write("2_index", "CREATE INDEX CONCURRENTLY thing_id ON thing (id)")
    const results = await Promise.all([migrate(databaseUrl, { folder }), migrate(databaseUrl, { folder })])
    expect(results.flatMap(({ applied }) => applied)).toEqual(["1_table", "2_index"])
  })

  it("keeps function bodies whole", async () => {
    write(
      "1_function",
      "CREATE FUNCTION two() RETURNS INT LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$; SELECT two()",
    )
    await migrate(databaseUrl, { folder })
    expect(await query("SELECT two() AS two")).toEqual([{ two: 2 }])
  })

  it("leaves nothing of a migration that fails, and applies its corrected file", async () => {
    write("1_faulty", "CREATE TABLE thing (id INT); SELECT 1 / 0")
    await expect(migrate(databaseUrl, { folder })).rejects.toThrow(
      "The migration 1_faulty failed and changed nothing: division by zero",
    )
    expect(await query("SELECT to_regclass('thing') AS thing")).toEqual([{ thing: null }])
    write("1_faulty", "CREATE TABLE thing (id INT)")
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: ["1_faulty"] })
  })

  it("goes no further after a failure that may have left something, and says what to do", async () => {
    write("1_duplicates", "CREATE TABLE thing (id INT); INSERT INTO thing VALUES (1), (1)")
    write("2_index", "CREATE UNIQUE INDEX CONCURRENTLY thing_id ON thing (id)")
    await expect(migrate(databaseUrl, { folder })).rejects.toThrow("could not create unique index")
    await expect(migrate(databaseUrl, { folder })).rejects.toThrow(
      /2_index failed earlier.*prisma migrate resolve --rolled-back 2_index/s,
    )
    await query("DROP INDEX thing_id")
    await query("DELETE FROM thing")
    await query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '2_index'")
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: ["2_index"] })
  })

  it("gives up on a table that others keep locked, and has nothing to resolve", async () => {
    write("1_table", "CREATE TABLE thing (id INT)")
    await migrate(databaseUrl, { folder })
    write("2_column", "SET LOCAL lock_timeout = 50; ALTER TABLE thing ADD COLUMN name TEXT")
    const other = await connect(databaseUrl)
    await other.query("BEGIN; LOCK TABLE thing")
    await expect(migrate(databaseUrl, { folder })).rejects.toThrow("changed nothing: canceling statement")
    await other.query("ROLLBACK")
    await other.end()
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: ["2_column"] })
    expect(await query("SELECT count(*)::int AS rows FROM _prisma_migrations")).toEqual([{ rows: 2 }])
  })

  it("refuses when the file of an applied migration was changed, but not for its line endings", async () => {
    write("1_first", "CREATE TABLE thing (id INT);\nSELECT 1;\n")
    await migrate(databaseUrl, { folder })
    write("1_first", "CREATE TABLE thing (id INT);\r\nSELECT 1;\r\n")
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: [] })
    write("1_first", "CREATE TABLE thing (id BIGINT);\nSELECT 1;\n")
    await expect(migrate(databaseUrl, { folder })).rejects.toThrow(
      "The file of migration 1_first is not the one this database has applied.",
    )
  })

  it("lets an older release start on a newer database", async () => {
    write("1_first", "CREATE TABLE thing (id INT)")
    write("2_newer", "ALTER TABLE thing ADD COLUMN name TEXT")
    await migrate(databaseUrl, { folder })
    rmSync(path.join(folder, "2_newer"), { recursive: true })
    expect(await migrate(databaseUrl, { folder })).toEqual({ applied: [] })
  })

  it("ends with 1 and one line when there is no server", async () => {
    const { exitCode, output } = await run(
      ["--conditions=react-server", "--import", "tsx", "scripts/db-migrate.ts"],
      { DATABASE_URL: "postgresql://nobody:secret@127.0.0.1:1/none" },
    )
    expect(exitCode).toBe(1)
    expect(output.trim()).toBe("Cannot connect to the database: connect ECONNREFUSED 127.0.0.1:1")
  })
})

describe("the migrations of this repository", { timeout: commandLimitMs }, () => {
  it("leave a database that Prisma's own commands call up to date", async () => {
    await migrate(databaseUrl)
    const status = await prisma("migrate", "status")
    expect(status.output).toContain("Database schema is up to date!")
    expect(status.exitCode).toBe(0)
    expect((await prisma("migrate", "deploy")).output).toContain("No pending migrations to apply.")
  })

  it("can be applied by Prisma as well, and make what the schema says", async () => {
    expect(await prisma("migrate", "deploy")).toMatchObject({ exitCode: 0 })
    expect(await migrate(databaseUrl)).toEqual({ applied: [] })
    const toSchema = ["--to-schema", "prisma/schema.prisma", "--exit-code"]
    expect(await prisma("migrate", "diff", "--from-config-datasource", ...toSchema)).toMatchObject({
      exitCode: 0,
    })
  })

  it.each([
    "UPDATE audit_events SET action = 'other'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "INSERT INTO audit_events (id, actor_type, action) VALUES ('1', 'system', 'a.b') ON CONFLICT (id) DO UPDATE SET action = 'other'",
  ])("refuse to change the audit trail: %s", async (statement) => {
    await migrate(databaseUrl)
    await query("INSERT INTO audit_events (id, actor_type, action) VALUES ('1', 'system', 'a.b')")
    await expect(query(statement)).rejects.toThrow("audit_events is append-only")
    expect(await query("SELECT action FROM audit_events")).toEqual([{ action: "a.b" }])
  })
})

describe("the schema engine", { timeout: commandLimitMs }, () => {
  it("finds no difference between the migrations and the schema, and leaves no shadow database", async () => {
    const toSchema = ["--to-schema", "prisma/schema.prisma", "--exit-code"]
    const { exitCode, output } = await prisma(
      "migrate",
      "diff",
      "--from-migrations",
      "prisma/migrations",
      ...toSchema,
    )
    expect(output).toContain("No difference detected.")
    expect(exitCode).toBe(0)
    const shadows = "SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow_db_%'"
    expect(await query(shadows)).toEqual([])
    expect(await query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([])
  })

  it("lets the CLI work without downloading another", async () => {
    const asked: string[] = []
    const mirror = createServer((request, response) => {
      asked.push(request.url ?? "")
      response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve))
    const { port } = mirror.address() as AddressInfo
    const { exitCode, output } = await run(["node_modules/prisma/build/index.js", "validate"], {
      DATABASE_URL: "",
      PRISMA_ENGINES_MIRROR: `http://127.0.0.1:${port}`,
    })
    mirror.close()
    expect(output).toContain("is valid")
    expect(exitCode).toBe(0)
    expect(asked).toEqual([])
  })

  it("says what is wrong with a connection in Prisma's codes", async () => {
    const { exitCode, output } = await run(["node_modules/prisma/build/index.js", "migrate", "status"], {
      DATABASE_URL: "postgresql://nobody:secret@127.0.0.1:1/none",
    })
    expect(output).toContain("P1001")
    expect(exitCode).toBe(1)
  })
})

function write(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true })
  writeFileSync(path.join(folder, name, "migration.sql"), sql)
}

function prisma(...args: string[]): Promise<Outcome> {
  return run(["node_modules/prisma/build/index.js", ...args], { DATABASE_URL: databaseUrl })
}

function run(args: string[], variables: Record<string, string>): Promise<Outcome> {
  const { PRISMA_SCHEMA_ENGINE_BINARY: _, NODE_OPTIONS: __, ...inherited } = process.env
  const env = { ...inherited, NO_COLOR: "1", ...variables }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env }, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? 1, output: stdout + stderr })
    })
  })
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

async function query(sql: string, url = databaseUrl): Promise<unknown[]> {
  const client = await connect(url)
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** Next to the one DATABASE_URL names. */
async function createDatabase(): Promise<string> {
  const url = new URL(process.env.DATABASE_URL ?? "")
  const name = `migrate_${crypto.randomUUID().replaceAll("-", "")}`
  await query(`CREATE DATABASE ${name}`, url.href)
  url.pathname = `/${name}`
  return url.href
}

async function remove(url: string): Promise<void> {
  const client = await connect(process.env.DATABASE_URL ?? "")
  await dropDatabase(client, new URL(url).pathname.slice(1)).finally(() => client.end())
}

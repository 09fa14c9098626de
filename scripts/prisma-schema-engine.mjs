#!/usr/bin/env node
// Prisma's CLI downloads a native schema engine, from a host of its own, before almost any command.
// This file stands in for that binary, so that the packages in package-lock.json are all one needs:
// it speaks the binary's protocol (JSON-RPC lines on stdio, three `cli` subcommands, --version) and hands
// the work to the same engine compiled to WebAssembly, over @prisma/adapter-pg.
// prisma.config.ts points the CLI here. A PRISMA_SCHEMA_ENGINE_BINARY you set yourself wins.

import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { PrismaPg } from "@prisma/adapter-pg"
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils"
import * as wasmBindings from "@prisma/schema-engine-wasm/schema_engine_bg"
import pg from "pg"
import { dropDatabase } from "./support/drop-database.mjs"

/** @import { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils" */

// Called by the CLI ----------------------------------------------------------------------------

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      version: { type: "boolean" },
      datasource: { type: "string", default: "{}" },
      datamodels: { type: "string", multiple: true },
      "enabled-preview-features": { type: "string" },
      "extension-types": { type: "string" },
    },
  })
  const databaseUrl = JSON.parse(values.datasource).url
  if (values.version) console.log(`schema-engine-wasm ${(await loadWasm()).version()}`)
  else if (positionals[0] === "cli") await runSubcommand(positionals[1], databaseUrl)
  else await serve(databaseUrl, values.datamodels)
}

/** The CLI reads a failure from the second line of stderr. */
async function runSubcommand(/** @type {string | undefined} */ name, /** @type {string} */ databaseUrl) {
  try {
    if (name === "can-connect-to-database") await withClient(databaseUrl, async () => {})
    else if (name === "create-database") await createDatabase(databaseUrl)
    else if (name === "drop-database") await dropWhatIsNamed(databaseUrl)
    else throw new Error(`Unknown subcommand: ${name}`)
  } catch (error) {
    process.stderr.write(`schema-engine-wasm\n${errorLine(error)}`)
    process.exitCode = 1
  }
}

/** Answers JSON-RPC requests, one after another, until stdin closes. */
async function serve(
  /** @type {string | undefined} */ databaseUrl,
  /** @type {string[] | undefined} */ schemaFiles,
) {
  process.on("SIGINT", () => stop(0))
  process.on("SIGTERM", () => stop(0))
  // A panicking engine throws past every promise of ours.
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${errorLine(error)}\n`)
    stop(1)
  })

  /** @type {wasmBindings.SchemaEngine | undefined} */
  let engine
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line)
    // A line without a method acknowledges a `print` of ours.
    if (!method) continue
    try {
      if (!databaseUrl) throw new Error("This command needs a database: set DATABASE_URL.")
      if (method === "createDatabase") {
        send({ id, result: { databaseName: await createDatabase(databaseUrl) } })
      } else {
        engine ??= await startEngine(databaseUrl, schemaFiles)
        send({ id, result: (await callEngine(engine, method, params)) ?? {} })
      }
    } catch (error) {
      const { code, message } = describe(error)
      send({ id, error: { code: 4466, message, data: { is_panic: false, message, error_code: code } } })
    }
  }
  await stop(0)
}

function send(/** @type {object} */ message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
}

async function stop(/** @type {number} */ exitCode) {
  await Promise.allSettled([...shadowDatabases].map((drop) => drop()))
  process.exit(exitCode)
}

// The engine -----------------------------------------------------------------------------------

let panicMessage = ""

async function startEngine(
  /** @type {string} */ databaseUrl,
  /** @type {string[] | undefined} */ schemaFiles,
) {
  // The engine reports a failed connection without its code, so it is tried here first.
  await withClient(databaseUrl, async () => {})
  const { SchemaEngine } = await loadWasm()
  const datamodels = schemaFiles && (await Promise.all(schemaFiles.map(readSchema)))
  const factory = bindMigrationAwareSqlAdapterFactory(createAdapterFactory(databaseUrl))
  return SchemaEngine.new({ datamodels }, (/** @type {string} */ line) => process.stderr.write(line), factory)
}

/** @returns {Promise<[string, string]>} */
async function readSchema(/** @type {string} */ file) {
  return [file, await readFile(file, "utf8")]
}

/** By hand, because Node 20 imports a .wasm module only behind a flag. */
async function loadWasm() {
  const setPanicMessage = (/** @type {string} */ message) => {
    panicMessage = message
  }
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: setPanicMessage } })
  const file = new URL("schema_engine_bg.wasm", import.meta.resolve("@prisma/schema-engine-wasm"))
  const { instance } = await WebAssembly.instantiate(await readFile(fileURLToPath(file)), {
    "./schema_engine_bg.js": /** @type {any} */ (wasmBindings),
  })
  const exports = /** @type {any} */ (instance.exports)
  wasmBindings.__wbg_set_wasm(exports)
  exports.__wbindgen_start()
  return wasmBindings
}

/** Method names and parameters are the binary's, but for the cases below. */
async function callEngine(
  /** @type {wasmBindings.SchemaEngine} */ engine,
  /** @type {string} */ method,
  /** @type {any} */ params,
) {
  switch (method) {
    case "getDatabaseVersion":
      return engine.version(params)
    case "diff": {
      const { stdout, exitCode } = await engine.diff(params)
      if (stdout) send({ id: randomUUID(), method: "print", params: { content: stdout } })
      return { exitCode, stdout: null }
    }
    case "evaluateDataLoss":
    case "createMigration":
      // Both only look into a cache which devDiagnostic fills, and fail where it is empty.
      await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
  }
  return /** @type {any} */ (engine)[method](params)
}

// The database under the engine ----------------------------------------------------------------

const CHAR_OID = 18
const BPCHAR_OID = 1042

/** How to drop each database that was made for a diff. @type {Set<() => Promise<void>>} */
const shadowDatabases = new Set()

/** @returns {SqlMigrationAwareDriverAdapterFactory} */
function createAdapterFactory(/** @type {string} */ databaseUrl) {
  return {
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: () => connect(databaseUrl),
    connectToShadowDb: () => connectToShadowDatabase(databaseUrl),
  }
}

/**
 * adapter-pg's own version keeps the URL of the main database, where a diff would then replay every
 * migration, and drops the shadow while still connected to it.
 * @returns {Promise<SqlDriverAdapter>}
 */
async function connectToShadowDatabase(/** @type {string} */ databaseUrl) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`
  const drop = async () => {
    shadowDatabases.delete(drop)
    await withClient(databaseUrl, (client) => dropDatabase(client, name))
  }
  shadowDatabases.add(drop)
  await withClient(databaseUrl, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`))
  const adapter = await connect(withDatabase(databaseUrl, name))
  const disconnect = adapter.dispose.bind(adapter)
  adapter.dispose = async () => {
    await disconnect()
    await drop()
  }
  return adapter
}

/** @returns {Promise<SqlDriverAdapter>} */
async function connect(/** @type {string} */ url) {
  const schema = new URL(url).searchParams.get("schema") ?? "public"
  const pool = new CatalogPool(url, schema)
  const adapter = await new PrismaPg(pool, { schema, disposeExternalPool: true }).connect()

  // adapter-pg splits a script at every semicolon, those inside function bodies too. Without arguments
  // the whole goes to Postgres as one simple query, which makes it one transaction as well.
  adapter.executeScript = async (script) => {
    await adapter.executeRaw({ sql: script, args: [], argTypes: [] })
  }

  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const index of pool.charColumns.get(result.rows) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character
    }
    return result
  }
  return adapter
}

/**
 * One connection, because the advisory lock that keeps two migrations apart belongs to a connection.
 * Columns of the type "char", which fill Postgres's catalogue and which adapter-pg refuses, pass for bpchar;
 * charColumns remembers them by the rows of their result.
 */
class CatalogPool extends pg.Pool {
  /** @type {WeakMap<unknown[], number[]>} */
  charColumns = new WeakMap()

  constructor(/** @type {string} */ connectionString, /** @type {string} */ schema) {
    const options = `-c search_path=${pg.escapeIdentifier(schema)}`
    super({ connectionString, options, max: 1, idleTimeoutMillis: 0 })
    const query = this.query.bind(this)
    this.query = async (/** @type {any[]} */ ...args) => {
      const result = await Reflect.apply(query, undefined, args)
      this.charColumns.set(result.rows ?? [], this.disguiseCharColumns(result.fields ?? []))
      return result
    }
  }

  /** @returns {number[]} */
  disguiseCharColumns(/** @type {pg.FieldDef[]} */ fields) {
    return fields.flatMap((field, index) => {
      if (field.dataTypeID !== CHAR_OID) return []
      field.dataTypeID = BPCHAR_OID
      return [index]
    })
  }
}

async function createDatabase(/** @type {string} */ databaseUrl) {
  const name = databaseName(databaseUrl)
  await withClient(withDatabase(databaseUrl, "postgres"), (client) =>
    client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`),
  )
  return name
}

async function dropWhatIsNamed(/** @type {string} */ databaseUrl) {
  const name = databaseName(databaseUrl)
  await withClient(withDatabase(databaseUrl, "postgres"), (client) => dropDatabase(client, name))
}

function databaseName(/** @type {string} */ databaseUrl) {
  return decodeURIComponent(new URL(databaseUrl).pathname.slice(1))
}

function withDatabase(/** @type {string} */ databaseUrl, /** @type {string} */ name) {
  const url = new URL(databaseUrl)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

async function withClient(
  /** @type {string} */ connectionString,
  /** @type {(client: pg.Client) => Promise<unknown>} */ use,
) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await use(client).finally(() => client.end())
}

// Errors ---------------------------------------------------------------------------------------

/** The codes under which the CLI knows failures of a connection. @type {Record<string, string>} */
const PRISMA_CODES = {
  "28P01": "P1000",
  28000: "P1010",
  "3D000": "P1003",
  "42P04": "P1009",
  ECONNREFUSED: "P1001",
  ENOTFOUND: "P1001",
  EAI_AGAIN: "P1001",
  ETIMEDOUT: "P1001",
}

/** @returns {{ code: string | undefined, message: string }} */
function describe(/** @type {any} */ error) {
  if (error instanceof WebAssembly.RuntimeError) return { code: undefined, message: panicMessage }
  const code = PRISMA_CODES[error?.code] ?? error?.code
  if (code === "P1001") return { code, message: `Can't reach the database server (${error.code}).` }
  return { code, message: error?.message ?? String(error) }
}

function errorLine(/** @type {unknown} */ error) {
  const { code, message } = describe(error)
  return JSON.stringify({
    level: "ERROR",
    target: "schema_engine::logger",
    fields: { error_code: code, message },
  })
}

await main()

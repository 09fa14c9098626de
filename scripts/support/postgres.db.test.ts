import { type ChildProcess, fork } from "node:child_process"
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import pg from "pg"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { exitCodeOf } from "./children"
import { ensureDatabase } from "./database"
import { dropDatabase } from "./drop-database.mjs"
import { findFreePort } from "./ports"
import { startPostgres } from "./postgres"
import { type Installation, locatePostgres } from "./postgres-installation"
import { findPostmaster, spawnPostmaster } from "./postmaster"
import { isRunning } from "./processes.mjs"
import { scriptArguments } from "./script.mjs"

const options = { port: { from: 54_529, attempts: 50 }, durable: true }
let name: string
let installation: Installation
let data: string
let holders: ChildProcess[]

beforeEach(async () => {
  holders = []
  name = `test-life-cycle-${process.pid}-${Date.now()}`
  installation = await locatePostgres(name)
  data = path.join(installation.home, "data")
})

afterEach(async () => {
  for (const holder of holders) holder.kill("SIGKILL")
  await becomes(() => findPostmaster(data) === null)
  rmSync(installation.home, { recursive: true, force: true })
})

test("keeps its data between runs", async () => {
  await withServer(writeMark)
  expect(await withServer(readMark)).toBe("kept")
})

test("lets nobody in without the password", async () => {
  await withServer(async (url) => {
    const guess = new URL(url)
    guess.password = "guess"
    await expect(query(guess.href, "SELECT 1")).rejects.toThrow("password authentication failed")
  })
})

test("a database that a superuser's work is in is dropped as soon as that has ended", async () => {
  const postgres = await startPostgres({ name, ...options })
  try {
    const owner = new pg.Client({ connectionString: await ensureDatabase(postgres, "owned") })
    const vacuum = new pg.Client({ connectionString: postgres.url("busy") })
    await owner.connect()
    await owner.query("CREATE DATABASE busy")
    await vacuum.connect()
    const dropped = dropDatabase(owner, "busy")
    await new Promise((resolve) => setTimeout(resolve, 300))
    await vacuum.end()
    await dropped
    await expect(query(postgres.url("busy"), "SELECT 1")).rejects.toThrow("does not exist")
    await owner.end()
  } finally {
    await postgres.release()
  }
})

describe("two commands at once", () => {
  test("share one server, which the last one stops", async () => {
    const [first, second] = await Promise.all([hold(), hold()])
    expect(first.url).toBe(second.url)

    await letGo(first.holder)
    await query(second.url, "SELECT 1")
    await letGo(second.holder)
    expect(findPostmaster(data)).toBeNull()
  })

  test("keep the server when one of them is killed", async () => {
    const [first, second] = await Promise.all([hold(), hold()])
    await kill(first.holder)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await query(second.url, "SELECT 1")
  })
})

describe("after a SIGKILL", () => {
  test("of the only command, the server stops by itself", async () => {
    const { holder } = await hold()
    await kill(holder)
    await becomes(() => findPostmaster(data) === null)
  })

  test("of the server too, the next start recovers the data", async () => {
    const { holder, url } = await hold()
    await writeMark(url)
    process.kill(findPostmaster(data)?.pid ?? 0, "SIGKILL")
    await kill(holder)
    expect(await withServer(readMark)).toBe("kept")
  })

  test("that leaves an orphaned server, the next start takes it over", async () => {
    await withServer(writeMark)
    const port = await findFreePort({ from: 54_600, attempts: 50 })
    await spawnPostmaster(installation, data, { port, durable: true })
    const orphan = findPostmaster(data)
    const { holder } = await hold()
    expect(findPostmaster(data)).toEqual(orphan)
    await letGo(holder)
    expect(isRunning(orphan?.pid ?? 0)).toBe(false)
  })

  test("during the first start, the next one begins anew", async () => {
    mkdirSync(path.join(installation.home, "draft-1"))
    writeFileSync(path.join(installation.home, "password"), "of the killed start\n")
    await withServer(writeMark)
    expect(await withServer(readMark)).toBe("kept")
  })

  test("whose process id was given to somebody else, the lock file is not believed", async () => {
    await withServer(writeMark)
    const lines = [process.pid, data, 0, 54_529, "", "127.0.0.1", "", "ready", ""]
    writeFileSync(path.join(data, "postmaster.pid"), lines.join("\n"))
    expect(await withServer(readMark)).toBe("kept")
  })
})

describe("an empty lock file", () => {
  let lockFile: string

  beforeEach(async () => {
    await withServer(writeMark)
    lockFile = path.join(data, "postmaster.pid")
    writeFileSync(lockFile, "")
  })

  test("is left to the server that has just made it", () => {
    expect(findPostmaster(data)).toBeNull()
    expect(existsSync(lockFile)).toBe(true)
  })

  test("that nobody ever wrote into keeps no server from starting", async () => {
    expect(await withServer(readMark)).toBe("kept")
  })
})

async function withServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const postgres = await startPostgres({ name, ...options })
  try {
    return await work(postgres.url("postgres"))
  } finally {
    await postgres.release()
  }
}

/** Another process that uses the server. */
async function hold(): Promise<{ holder: ChildProcess; url: string }> {
  const holder = fork("scripts/support/testing/postgres-holder.ts", [name, String(options.port.from)], {
    execArgv: scriptArguments,
  })
  holders.push(holder)
  const url = await new Promise<string>((resolve) =>
    holder.once("message", (message) => resolve(String(message))),
  )
  return { holder, url }
}

async function letGo(holder: ChildProcess): Promise<void> {
  holder.send("let go")
  expect(await exitCodeOf(holder)).toBe(0)
}

async function kill(holder: ChildProcess): Promise<void> {
  holder.kill("SIGKILL")
  await exitCodeOf(holder)
}

async function writeMark(url: string): Promise<void> {
  await query(url, "CREATE TABLE marks AS SELECT 'kept' AS mark")
}

async function readMark(url: string): Promise<string> {
  const { rows } = await query(url, "SELECT mark FROM marks")
  return rows[0].mark
}

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return await client.query(text)
  } finally {
    await client.end()
  }
}

async function becomes(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 30_000, interval: 20 })
}

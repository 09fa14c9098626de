import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose"
import pg from "pg"
import { createProgram } from "@/lib/testing/factories"
import { TcpProxy } from "@/lib/testing/tcp-proxy"
import { migrate } from "@/scripts/db-migrate"
import { recreateDatabase } from "@/scripts/support/database"
import { type AppProcess, startApp, startTwoApps } from "./app-process"
import { expect, test } from "./fixtures"
import { me, type Pair, printFigure, refresh, refreshed, signInPlain } from "./programs"

// The life of the keys that sign access tokens, as the commands and two instances live it over a database of
// their own: what is rotated and withdrawn here concerns no other test. The tests go on from one another.

/** How long the load on the rotation lasts, the commands aside. A minute says more than what the suite can afford. */
const rotationSeconds = Number(process.env.ROTATION_SECONDS ?? 8)
const PROGRAMS = 5

test.describe.configure({ mode: "serial" })
test.setTimeout(60_000 + rotationSeconds * 1000)

let first: AppProcess
let second: AppProcess
let database: { DATABASE_URL: string }
let sql: pg.Client

test.beforeAll(async () => {
  database = { DATABASE_URL: await createEmptyDatabase("signing_keys_under_test") }
  sql = new pg.Client({ connectionString: database.DATABASE_URL })
  await sql.connect()
  ;[first, second] = await startTwoApps(database)
})

test.afterAll(async () => {
  await Promise.all([first.stop(), second.stop()])
  await sql.end()
})

async function createEmptyDatabase(name: string): Promise<string> {
  const url = (database: string) => databaseUrl({ pathname: `/${database}` })
  await migrate(await recreateDatabase({ url }, name))
  return url(name)
}

/** The one of the app under test, with some parts changed. */
function databaseUrl(changes: { hostname?: string; port?: string; pathname?: string }): string {
  return Object.assign(new URL(process.env.DATABASE_URL ?? ""), changes).href
}

test("two instances that start at once on an empty database agree on one key", async () => {
  expect(await keyStates()).toEqual(["current", "next"])
  const sets = await Promise.all([first, second].map(({ url }) => keyIdsAt(url)))
  expect(sets[0]).toEqual(sets[1])
  const pair = await signInPlain(first.url, "start@example.test")
  for (const { url } of [first, second]) expect((await me(url, pair.access_token)).status).toBe(200)
})

test("no verification fails while the key is rotated twice under load", async () => {
  const pairs = await signInPrograms()
  const verify = remoteVerifier(second.url)
  const load: Load = { isOver: false, verified: 0, faults: [] }
  const running = pairs.map(async (pair, index) => {
    await sleep(index * 20)
    await keepVerifying(pair, load, verify)
  })

  await sleep((rotationSeconds * 1000) / 3)
  expect(await runCommand("keys-rotate", "--now")).toMatchObject({ code: 0 })
  const early = await runCommand("keys-rotate")
  expect(early).toMatchObject({ code: 1, output: expect.stringContaining("--now") })
  await sleep((rotationSeconds * 1000) / 3)
  // As if the new key had been published for longer than anybody may keep a key set.
  await sql.query(
    "UPDATE signing_keys SET state_since = state_since - interval '12 minutes' WHERE state = 'next'",
  )
  expect(await runCommand("keys-rotate")).toMatchObject({ code: 0 })
  await sleep((rotationSeconds * 1000) / 3)
  load.isOver = true
  await Promise.all(running)

  expect(load.faults).toEqual([])
  expect(load.verified).toBeGreaterThan(PROGRAMS)
  expect(await keyStates()).toEqual(["current", "next", "retiring", "retiring"])
  for (const { access_token } of pairs) expect((await me(second.url, access_token)).status).toBe(200)
  printFigure(`${load.verified} tokens signed and each verified twice during two rotations, 0 refused`)
})

function signInPrograms(): Promise<Pair[]> {
  const addresses = Array.from({ length: PROGRAMS }, (_, index) => `load-${index}@example.test`)
  return Promise.all(addresses.map((address) => signInPlain(first.url, address)))
}

/** As a resource server elsewhere: it has our key set by heart and asks for none because of an unknown key. */
function remoteVerifier(url: string) {
  const keySet = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`), {
    cacheMaxAge: 1000,
    cooldownDuration: 120_000,
  })
  return (token: string) =>
    jwtVerify(token, keySet, { typ: "at+jwt", issuer: first.url, audience: first.url })
}

type Load = { isOver: boolean; verified: number; faults: string[] }

/** Ten times a second: a new token from one instance, shown to the other and to a verifier elsewhere. */
async function keepVerifying(pair: Pair, load: Load, verify: ReturnType<typeof remoteVerifier>) {
  let { refresh_token } = pair
  while (!load.isOver) {
    const nextTurn = sleep(100)
    try {
      const latest = await refreshed(first.url, refresh_token)
      refresh_token = latest.refresh_token
      const { status } = await me(second.url, latest.access_token)
      if (status !== 200) load.faults.push(`/api/v1/me: ${status}`)
      await verify(latest.access_token)
      load.verified += 1
    } catch (error) {
      load.faults.push(String(error))
    }
    await nextTurn
  }
}

test("withdrawing the current key ends its tokens within five seconds, and nobody's sign-in", async () => {
  const pair = await signInPlain(first.url, "withdrawn@example.test")
  const kid = decodeProtectedHeader(pair.access_token).kid ?? ""
  const startedAt = performance.now()
  expect(await runCommand("keys-revoke", kid)).toMatchObject({ code: 0 })
  const revokedAt = performance.now()
  const refused = async ({ url }: AppProcess) => {
    while ((await me(url, pair.access_token)).status !== 401) await sleep(20)
    return Math.round(performance.now() - revokedAt)
  }
  const delays = await Promise.all([first, second].map(refused))
  printFigure(
    `withdrawn by a command of ${Math.round(revokedAt - startedAt)} ms, refused ${delays.join(" and ")} ms later`,
  )
  expect(Math.max(...delays)).toBeLessThan(5000)

  expect(await keyStates()).toEqual(["current", "next", "retired", "retiring", "retiring"])
  for (const { url } of [first, second]) expect(await keyIdsAt(url)).not.toContain(kid)
  const again = await refreshed(second.url, pair.refresh_token)
  const anew = await signInPlain(first.url, "after@example.test")
  for (const { url } of [first, second]) {
    expect((await me(url, again.access_token)).status).toBe(200)
    expect((await me(url, anew.access_token)).status).toBe(200)
  }
  const usage = await runCommand("keys-revoke", kid)
  expect(usage).toMatchObject({ code: 1, output: expect.stringContaining("  current") })
})

test("a start with a wrong KEY_ENCRYPTION_KEY ends with its name and changes nothing", async () => {
  const keys = () => sql.query("SELECT kid, state, sealed_private_jwk FROM signing_keys ORDER BY id")
  const before = (await keys()).rows
  const app = await startApp({ ...database, KEY_ENCRYPTION_KEY: randomBytes(32).toString("base64") })
  try {
    expect(app.child.exitCode).toBe(1)
    expect(app.output()).toContain("- KEY_ENCRYPTION_KEY: ")
    expect((await keys()).rows).toEqual(before)
  } finally {
    await app.stop()
  }
})

test("a new KEY_ENCRYPTION_KEY beside the previous one takes over; tokens from before stay good", async () => {
  const pair = await signInPlain(first.url, "sealed@example.test")
  const app = await startApp({
    ...database,
    APP_URL: first.url,
    KEY_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    KEY_ENCRYPTION_KEY_PREVIOUS: process.env.KEY_ENCRYPTION_KEY,
  })
  try {
    expect((await me(app.url, pair.access_token)).status).toBe(200)
    const latest = await refreshed(app.url, pair.refresh_token)
    // The instances that know only the old key go on, too: what they have opened stays open.
    for (const { url } of [first, second]) expect((await me(url, latest.access_token)).status).toBe(200)
    await refreshed(first.url, latest.refresh_token)
    const { rows } = await sql.query(
      "SELECT DISTINCT split_part(sealed_private_jwk, '.', 2) FROM signing_keys WHERE sealed_private_jwk IS NOT NULL",
    )
    expect(rows).toHaveLength(1)
  } finally {
    await app.stop()
  }
})

test("with the database away nobody is let in or signed out, and the key set is still there", async ({
  person,
}) => {
  const program = await createProgram(person)
  const proxy = await TcpProxy.start(new URL(process.env.DATABASE_URL ?? ""))
  const DATABASE_URL = databaseUrl({ hostname: "127.0.0.1", port: String(proxy.port) })
  const app = await startApp({ DATABASE_URL, APP_URL: process.env.APP_URL })
  try {
    expect((await me(app.url, program.accessToken)).status).toBe(200)
    const keys = await keyIdsAt(app.url)

    proxy.setMode("refuse")
    const good = await me(app.url, program.accessToken)
    expect([good.status, good.headers.get("retry-after")]).toEqual([503, "5"])
    expect((await me(app.url, forged(program.accessToken))).status).toBe(401)
    const refused = await refresh(app.url, program.refreshToken)
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"])
    expect(await keyIdsAt(app.url)).toEqual(keys)
    // The keys are in memory: only the database is named.
    await expect
      .poll(() => readinessAt(app.url))
      .toEqual({ status: 503, checks: { database: "failing", signing_keys: "ok" } })

    proxy.setMode("pass")
    await expect.poll(async () => (await me(app.url, program.accessToken)).status).toBe(200)
    await refreshed(app.url, program.refreshToken)
    await expect.poll(() => readinessAt(app.url)).toMatchObject({ status: 200 })

    const ended = once(app.child, "exit")
    app.child.kill("SIGTERM")
    expect((await ended)[0]).toBe(0)
  } finally {
    await app.stop()
    await proxy.close()
  }
})

test("an instance that starts without its database opens the keys when it comes", async ({ person }) => {
  const program = await createProgram(person)
  const proxy = await TcpProxy.start(new URL(process.env.DATABASE_URL ?? ""))
  proxy.setMode("refuse")
  const DATABASE_URL = databaseUrl({ hostname: "127.0.0.1", port: String(proxy.port) })
  const app = await startApp({ DATABASE_URL, APP_URL: process.env.APP_URL })
  try {
    expect(await readinessAt(app.url)).toEqual({
      status: 503,
      checks: { database: "failing", signing_keys: "failing" },
    })
    for (const token of [program.accessToken, forged(program.accessToken)])
      expect((await me(app.url, token)).status).toBe(503)
    expect((await fetch(`${app.url}/.well-known/jwks.json`)).status).toBe(503)

    proxy.setMode("pass")
    await expect.poll(async () => (await me(app.url, program.accessToken)).status).toBe(200)
    await expect.poll(() => readinessAt(app.url)).toMatchObject({ status: 200 })
  } finally {
    await app.stop()
    await proxy.close()
  }
})

async function keyStates(): Promise<string[]> {
  const { rows } = await sql.query("SELECT state::text FROM signing_keys ORDER BY state::text")
  return rows.map(({ state }) => state)
}

async function keyIdsAt(url: string): Promise<string[]> {
  const response = await fetch(`${url}/.well-known/jwks.json`)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  const { keys } = JSON.parse(text) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}

async function readinessAt(url: string) {
  const response = await fetch(`${url}/readyz`)
  const { checks } = (await response.json()) as { checks: Record<string, string> }
  return { status: response.status, checks }
}

/** The same token with another signature. */
function forged(token: string): string {
  const [header, claims] = token.split(".")
  return `${header}.${claims}.${randomBytes(64).toString("base64url")}`
}

/** Runs a command as it is shipped with the build. */
async function runCommand(name: string, ...args: string[]) {
  const child = spawn(process.execPath, [`dist/${name}.js`, ...args], {
    env: { ...process.env, ...database, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
  const [code] = await once(child, "close")
  return { code, output }
}

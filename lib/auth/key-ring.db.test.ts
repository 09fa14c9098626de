import { randomBytes } from "node:crypto"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { databaseFault } from "../database-errors"
import { db } from "../db"
import { addDuration, hours, minutes, seconds } from "../duration"
import { TcpProxy } from "../testing/tcp-proxy"
import type { TokenSubject } from "./access-token"

// Several instances of the app on one database, which each start where a test says so, and which reach it through
// a proxy that fails on demand.

let proxy: TcpProxy

beforeAll(async () => {
  const direct = new URL(process.env.DATABASE_URL ?? "")
  proxy = await TcpProxy.start(direct)
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
})
beforeEach(() => db().signingKey.deleteMany())
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  proxy.setMode("pass")
  // Connections that were cut are noticed one by one.
  await vi.waitFor(() => Promise.all(Array.from({ length: 10 }, () => db().$queryRaw`SELECT 1`)), {
    timeout: 10_000,
  })
})
afterAll(() => proxy.close())

/** A process that starts now with these variables. It shares nothing with the others but the database. */
async function startInstance(variables: Record<string, string> = {}) {
  vi.resetModules()
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  const { env } = await import("../env")
  // Read once, at a start, so that the variables of the next instance do not reach this one.
  env()
  vi.unstubAllEnvs()
  await import("../testing/quiet")
  return {
    ...(await import("./key-ring")),
    ...(await import("./signing-keys")),
    ...(await import("./access-token")),
  }
}

async function openInstance(variables: Record<string, string> = {}) {
  const instance = await startInstance(variables)
  await instance.openKeyRing()
  return instance
}

const subject: TokenSubject = {
  sessionId: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1D",
  userId: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C",
  organizationId: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B",
  clientId: "cli",
  scope: ["ai:invoke"],
  authTime: new Date(),
  amr: ["google"],
  sessionExpiresAt: addDuration(new Date(), hours(24)),
}

const signWith = async (instance: Awaited<ReturnType<typeof startInstance>>) =>
  (await instance.signAccessToken(subject)).token

/** A token as anybody could write it, under a key id that nobody has. */
function tokenOf(kid: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  return `${part({ alg: "ES256", typ: "at+jwt", kid })}.${part({})}.${Buffer.alloc(64).toString("base64url")}`
}

/** The clock goes on by so much. */
function passTime(duration: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), duration) })
}

/** Counts the reads of the keys from here on. */
function countReads() {
  const reads = vi.spyOn(db().signingKey, "findMany")
  return () => reads.mock.calls.length
}

const keyRows = () =>
  db().signingKey.findMany({
    orderBy: { id: "asc" },
    select: { kid: true, state: true, stateSince: true, sealedPrivateJwk: true },
  })

const newKey = () => randomBytes(32).toString("base64")
const ourKey = () => String(process.env.KEY_ENCRYPTION_KEY)

describe("instances on one database", () => {
  test("that start at once agree on one key, and each takes the others' tokens", async () => {
    const instances = []
    for (let index = 0; index < 5; index++) instances.push(await startInstance())
    await Promise.all(instances.map((instance) => instance.openKeyRing()))
    const tokens = await Promise.all(instances.map(signWith))
    for (const instance of instances) {
      for (const token of tokens)
        expect(await instance.verifyAccessToken(token)).toMatchObject({ amr: ["google"] })
    }
    expect((await keyRows()).map(({ state }) => state).sort()).toEqual(["current", "next"])
  })

  test("take the tokens of a key that was made current elsewhere a moment ago", async () => {
    const [first, second] = [await openInstance(), await openInstance()]
    await first.rotateSigningKey({ evenTooEarly: true })
    passTime(seconds(3))
    const token = await signWith(first)
    expect(await second.verifyAccessToken(token)).not.toBeNull()
  })

  test("take the tokens of a key they have never seen, a second after their last look", async () => {
    const [first, second] = [await openInstance(), await openInstance()]
    await db().signingKey.deleteMany()
    const third = await openInstance()
    const token = await signWith(third)
    passTime(seconds(1))
    expect(await second.verifyAccessToken(token)).not.toBeNull()
    passTime(seconds(1))
    expect(await first.verifyAccessToken(token)).not.toBeNull()
  })

  test.each(["current", "next", "retiring"] as const)(
    "refuse what a %s key signed within five seconds of its withdrawal elsewhere",
    async (state) => {
      const [first, second] = [await openInstance(), await openInstance()]
      const token = await signWith(first)
      if (state === "retiring") await first.rotateSigningKey({ evenTooEarly: true })
      passTime(seconds(3))
      expect(await second.verifyAccessToken(token)).not.toBeNull()
      const key = (await first.listSigningKeys()).find((row) => row.state === state)
      await first.revokeSigningKey(String(key?.kid))
      passTime(seconds(5))
      for (const instance of [first, second]) {
        // Only a key that has signed takes tokens along.
        expect((await instance.verifyAccessToken(token)) === null).toBe(state !== "next")
        expect((await instance.listPublicJwks()).map(({ kid }) => kid)).not.toContain(key?.kid)
        expect(await instance.verifyAccessToken(await signWith(instance))).not.toBeNull()
      }
    },
  )

  test("notice a withdrawal in time also when their clock was set back", async () => {
    const [first, second] = [await openInstance(), await openInstance()]
    const token = await signWith(first)
    expect(await second.verifyAccessToken(token)).not.toBeNull()
    const current = (await first.listSigningKeys()).find(({ state }) => state === "current")
    await first.revokeSigningKey(String(current?.kid))
    passTime(-minutes(10))
    expect(await second.getVerifier(String(current?.kid))).toBeNull()
  })
})

describe("a key ring", () => {
  test("serves a hundred tokens at once with one query, and the next ones with none", async () => {
    const instance = await openInstance()
    const token = await signWith(instance)
    passTime(seconds(4))
    const reads = countReads()
    const verifyMany = () => Promise.all(Array.from({ length: 100 }, () => instance.verifyAccessToken(token)))
    expect((await verifyMany()).filter((claims) => claims === null)).toEqual([])
    expect(reads()).toBe(1)
    await verifyMany()
    expect(reads()).toBe(1)
  })

  test("spends at most a query a second on key ids it does not know", async () => {
    const instance = await openInstance()
    const reads = countReads()
    const tokens = Array.from({ length: 200 }, (_, index) => tokenOf(`unknown-${index}`))
    const verifyAll = () => Promise.all(tokens.map((token) => instance.verifyAccessToken(token)))
    await verifyAll()
    expect(reads()).toBe(0)
    passTime(seconds(1))
    expect((await verifyAll()).every((claims) => claims === null)).toBe(true)
    await verifyAll()
    expect(reads()).toBe(1)
  })

  test("asks nothing for what has not the shape of our tokens", async () => {
    const instance = await openInstance()
    passTime(seconds(10))
    const reads = countReads()
    for (const text of ["", "a.b.c", "rt_x", "x".repeat(10_000), `${tokenOf("k")}=`]) {
      expect(await instance.verifyAccessToken(text)).toBeNull()
    }
    expect(reads()).toBe(0)
  })
})

describe("a wrong KEY_ENCRYPTION_KEY", () => {
  test("stops a start with its name, and nothing is changed or made", async () => {
    await openInstance()
    const before = await keyRows()
    const events = await db().auditEvent.count()
    const stranger = await startInstance({ KEY_ENCRYPTION_KEY: newKey() })
    for (const open of [stranger.openKeyRing, stranger.openKeyRingAtStart]) {
      await expect(open()).rejects.toMatchObject({
        name: "EnvError",
        message: expect.stringContaining("KEY_ENCRYPTION_KEY"),
      })
    }
    expect(await keyRows()).toEqual(before)
    expect(await db().auditEvent.count()).toBe(events)
  })

  test("that shows only when the database is back, after a start without it, signs nothing and is no fault of a caller", async () => {
    await openInstance()
    proxy.setMode("refuse")
    const stranger = await startInstance({ KEY_ENCRYPTION_KEY: newKey() })
    await stranger.openKeyRingAtStart()
    proxy.setMode("pass")
    await vi.waitFor(() => db().$queryRaw`SELECT 1`, { timeout: 10_000 })
    await expect(stranger.requireSigner()).rejects.toMatchObject({
      code: "unavailable",
      cause: { name: "EnvError" },
    })
    expect(await stranger.isKeyRingReady()).toBe(false)
  })

  test("rotates nothing", async () => {
    await openInstance()
    const before = await keyRows()
    const stranger = await startInstance({ KEY_ENCRYPTION_KEY: newKey() })
    await expect(stranger.rotateSigningKey({ evenTooEarly: true })).rejects.toMatchObject({
      name: "SealError",
    })
    expect(await keyRows()).toEqual(before)
  })

  test("withdraws nothing either, as what took the key's place could be opened nowhere else", async () => {
    await openInstance()
    const before = await keyRows()
    const stranger = await startInstance({ KEY_ENCRYPTION_KEY: newKey() })
    await expect(stranger.revokeSigningKey(before[0]?.kid ?? "")).rejects.toMatchObject({ name: "SealError" })
    expect(await keyRows()).toEqual(before)
  })
})

test("a lost KEY_ENCRYPTION_KEY costs every token, and no more: all keys are withdrawn and new ones made", async () => {
  const old = await openInstance()
  const token = await signWith(old)
  const replaced = { KEY_ENCRYPTION_KEY: newKey() }
  await (await startInstance(replaced)).revokeAllSigningKeys()
  const instance = await openInstance(replaced)
  expect(await instance.verifyAccessToken(token)).toBeNull()
  expect(await instance.verifyAccessToken(await signWith(instance))).not.toBeNull()
})

describe("a new KEY_ENCRYPTION_KEY beside the previous one", () => {
  test("seals every private key again, loses no token, and then needs the previous one no more", async () => {
    const old = await openInstance()
    const token = await signWith(old)
    const before = await keyRows()
    const replaced = newKey()
    const both = await openInstance({ KEY_ENCRYPTION_KEY: replaced, KEY_ENCRYPTION_KEY_PREVIOUS: ourKey() })
    const after = await keyRows()
    expect(after.map(({ kid, state }) => [kid, state])).toEqual(before.map(({ kid, state }) => [kid, state]))
    for (const [index, { sealedPrivateJwk }] of after.entries()) {
      expect(sealedPrivateJwk).not.toBe(before[index]?.sealedPrivateJwk)
    }
    const alone = await openInstance({ KEY_ENCRYPTION_KEY: replaced })
    for (const instance of [both, alone]) {
      expect(await instance.verifyAccessToken(token)).not.toBeNull()
      expect(await old.verifyAccessToken(await signWith(instance))).not.toBeNull()
    }
    await expect(openInstance()).rejects.toMatchObject({ name: "EnvError" })
  })

  test("leaves an instance that has only the previous one signing from memory", async () => {
    const old = await openInstance()
    const both = await openInstance({ KEY_ENCRYPTION_KEY: newKey(), KEY_ENCRYPTION_KEY_PREVIOUS: ourKey() })
    passTime(seconds(10))
    const token = await signWith(old)
    expect(await both.verifyAccessToken(token)).not.toBeNull()
    expect(await old.isKeyRingReady()).toBe(true)
  })
})

describe("while the database is away", () => {
  test.each(["refuse", "hold"] as const)(
    "(%s) known keys verify from memory, the key set is served, and forged tokens are refused",
    async (mode) => {
      const instance = await openInstance()
      const token = await signWith(instance)
      const jwks = await instance.listPublicJwks()
      proxy.setMode(mode)
      passTime(minutes(5))
      expect(await instance.verifyAccessToken(token)).toMatchObject({ sub: subject.userId })
      expect(await instance.listPublicJwks()).toEqual(jwks)
      // It could be of a key that was made elsewhere: nobody is told that it is bad, and nobody is let in.
      await expect(instance.verifyAccessToken(tokenOf("unknown"))).rejects.toMatchObject({
        code: "unavailable",
      })
      expect(await instance.verifyAccessToken(`${token.slice(0, -4)}AAAA`)).toBeNull()
    },
  )

  test("a failed look is not repeated for every request", async () => {
    const instance = await openInstance()
    const token = await signWith(instance)
    proxy.setMode("refuse")
    passTime(minutes(1))
    const reads = countReads()
    for (let index = 0; index < 10; index++) await instance.verifyAccessToken(token)
    expect(reads()).toBe(1)
  })

  test("nothing is believed after an hour, and everything again when it is back", async () => {
    const instance = await openInstance()
    proxy.setMode("refuse")
    passTime(hours(1) - seconds(10))
    const token = await signWith(instance)
    expect(await instance.verifyAccessToken(token)).not.toBeNull()
    passTime(seconds(11))
    for (const question of [
      () => instance.verifyAccessToken(token),
      () => instance.requireSigner(),
      () => instance.listPublicJwks(),
    ]) {
      await expect(question()).rejects.toMatchObject({ code: "unavailable" })
    }
    expect(await instance.isKeyRingReady()).toBe(false)
    proxy.setMode("pass")
    await vi.waitFor(async () => expect(await instance.verifyAccessToken(token)).not.toBeNull(), {
      timeout: 10_000,
    })
  })

  test("an instance starts all the same, says unavailable, and works when it is back", async () => {
    proxy.setMode("refuse")
    const instance = await startInstance()
    await instance.openKeyRingAtStart()
    const faultOf = (answer: Promise<unknown>) => answer.catch((error: unknown) => databaseFault(error)?.code)
    expect(await faultOf(instance.requireSigner())).toBe("unavailable")
    expect(await faultOf(instance.verifyAccessToken(tokenOf("unknown")))).toBe("unavailable")
    expect(await instance.verifyAccessToken("a.b.c")).toBeNull()
    proxy.setMode("pass")
    await vi.waitFor(() => instance.requireSigner(), { timeout: 10_000 })
    expect(await instance.verifyAccessToken(await signWith(instance))).not.toBeNull()
  })
})

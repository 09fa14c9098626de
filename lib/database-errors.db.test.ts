import { setTimeout } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { createPerson, type Person } from "./testing/factories"
import { call, fromOurPages } from "./testing/requests"
import { TcpProxy } from "./testing/tcp-proxy"

// The app reaches Postgres through a proxy that fails on demand. Whatever happens to the database, the answer
// is 503 with Retry-After within seconds, never a sign-out, never an allow, and it works again afterwards.

let proxy: TcpProxy
let person: Person

beforeAll(async () => {
  const direct = new URL(process.env.DATABASE_URL ?? "")
  proxy = await TcpProxy.start(direct)
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
  person = await createPerson()
})
afterEach(async () => {
  proxy.setMode("pass")
  const { db } = await import("./db")
  // Connections that were cut are noticed one by one.
  await vi.waitFor(() => Promise.all(Array.from({ length: 10 }, () => db().$queryRaw`SELECT 1`)), {
    timeout: 10_000,
  })
})
afterAll(() => proxy.close())

const me = async (headers: Record<string, string>) => {
  const { GET } = await import("@/app/api/v1/me/route")
  return call(GET, { headers })
}

async function expectUnavailable(
  answer: Promise<{ status: number; headers: Headers; body: { code: string } }>,
) {
  const started = Date.now()
  const { status, headers, body } = await answer
  expect([status, body.code]).toEqual([503, "unavailable"])
  expect(headers.get("retry-after")).toBe("5")
  expect(headers.get("set-cookie")).toBeNull()
  expect(headers.get("www-authenticate")).toBeNull()
  expect(JSON.stringify(body)).not.toMatch(/prisma|postgres|ECONN|127\.0\.0\.1|stack/i)
  expect(Date.now() - started).toBeLessThan(20_000)
}

describe("a database that", () => {
  test.each(["refuse", "hold"] as const)(
    "is away (%s) gives 503 to sessions and keys, and both work again",
    async (mode) => {
      const { createKey } = await import("./testing/factories")
      const { secret } = await createKey(person)
      proxy.setMode(mode)
      await expectUnavailable(me({ cookie: person.cookie }))
      await expectUnavailable(me({ authorization: `Bearer ${secret}` }))
      proxy.setMode("pass")
      await vi.waitFor(async () => expect((await me({ cookie: person.cookie })).status).toBe(200), {
        timeout: 10_000,
      })
      expect((await me({ authorization: `Bearer ${secret}` })).status).toBe(200)
    },
  )

  test("is away refuses what needs no database all the same", async () => {
    proxy.setMode("refuse")
    expect((await me({ authorization: "Bearer sk_not_a_key" })).status).toBe(401)
    expect((await me({})).status).toBe(401)
  })

  test("is away signs nobody out", async () => {
    proxy.setMode("refuse")
    const { POST } = await import("@/app/(auth)/sign-out/route")
    const request = new Request("http://localhost:3000/sign-out", {
      method: "POST",
      headers: fromOurPages(person.cookie),
    })
    const response = await POST(request, { params: Promise.resolve({}) })
    expect(response.status).toBe(503)
    expect(response.headers.get("set-cookie")).toBeNull()
  })

  test("is away is what next-auth's session endpoint says, instead of signed out", async () => {
    proxy.setMode("refuse")
    const { GET } = await import("@/app/api/auth/[...nextauth]/route")
    const headers = { cookie: person.cookie }
    const response = await GET(new Request("http://localhost:3000/api/auth/session", { headers }), {
      params: Promise.resolve({}),
    })
    expect(response.status).toBe(503)
  })

  test("cuts our connections, is too slow, too locked or too busy is unavailable as well", async () => {
    const { db } = await import("./db")
    const { databaseFault } = await import("./database-errors")
    const faults = {
      terminated: () => db().$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`,
      slow: () =>
        db().$transaction(async (tx) => {
          await tx.$executeRaw`SET LOCAL statement_timeout = 50`
          await tx.$queryRaw`SELECT pg_sleep(2)::text`
        }),
      locked: () =>
        db().$transaction(async (tx) => {
          await tx.$executeRaw`LOCK TABLE users IN EXCLUSIVE MODE`
          await db().$transaction(async (other) => {
            await other.$executeRaw`SET LOCAL lock_timeout = 50`
            await other.$executeRaw`LOCK TABLE users IN EXCLUSIVE MODE`
          })
        }),
      lockedForAModel: () =>
        db().$transaction(async (tx) => {
          await tx.$executeRaw`LOCK TABLE users IN ACCESS EXCLUSIVE MODE`
          await db().$transaction(async (other) => {
            await other.$executeRaw`SET LOCAL lock_timeout = 50`
            await other.user.count()
          })
        }),
      full: () => db().$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'too many' USING ERRCODE = '53300'; END $$`,
      stopping: () =>
        db().$executeRaw`DO $$ BEGIN RAISE EXCEPTION 'shutdown' USING ERRCODE = '57P01'; END $$`,
    }
    for (const [name, fault] of Object.entries(faults)) {
      const error = await fault().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect([name, databaseFault(error)?.code]).toEqual([name, "unavailable"])
    }
  })

  test("has no free connection is unavailable, within two seconds", async () => {
    const { db } = await import("./db")
    const { databaseFault } = await import("./database-errors")
    const busy = Promise.allSettled(
      Array.from({ length: 20 }, () => db().$queryRaw`SELECT pg_sleep(2.5)::text`),
    )
    await setTimeout(200)
    const error = await db()
      .user.count()
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    expect(databaseFault(error)?.code).toBe("unavailable")
    await busy
  })
})

test("a text that Postgres cannot store is the caller's fault", async () => {
  const { db } = await import("./db")
  const { databaseFault } = await import("./database-errors")
  const error = await db()
    .user.findUnique({ where: { email: "a\u0000b" } })
    .catch((reason: unknown) => reason)
  expect(databaseFault(error)?.code).toBe("bad_request")
})

test("any other error is none of the database's", async () => {
  const { databaseFault } = await import("./database-errors")
  const { db } = await import("./db")
  const duplicate = await db()
    .user.create({ data: { email: person.caller.user.email } })
    .catch((reason: unknown) => reason)
  for (const error of [duplicate, new Error("boom"), "text", null, undefined])
    expect(databaseFault(error)).toBeUndefined()
})

import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { rmSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { decodeJwt } from "jose"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { POST as refreshRoute } from "@/app/api/v1/auth/refresh/route"
import { POST as revokeRoute } from "@/app/api/v1/auth/revoke/route"
import { POST as tokenRoute } from "@/app/api/v1/auth/token/route"
import { GET as me } from "@/app/api/v1/me/route"
import { bundle } from "@/scripts/support/bundle"
import { cleanUp } from "../cleanup"
import { db } from "../db"
import { addDuration, days, hours, seconds } from "../duration"
import { auditActionsOn, createPerson, createProgram } from "../testing/factories"
import { source } from "../testing/request-source"
import { call } from "../testing/requests"
import { TcpProxy } from "../testing/tcp-proxy"
import { generateCheckedToken } from "./checked-token"
import { hashToken } from "./opaque-token"
import { permissions } from "./permissions"
import { refreshTokens } from "./refresh-tokens"
import { SealError, unsealFor } from "./seal"
import { revokeSession } from "./session-list"

let proxy: TcpProxy

beforeAll(async () => {
  const direct = new URL(process.env.DATABASE_URL ?? "")
  proxy = await TcpProxy.start(direct)
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
})
afterAll(() => proxy.close())

type Parameters = { refresh_token: string; client_id?: string; scope?: string }

const refresh = (body: Parameters) => call(refreshRoute, { method: "POST", body })
const redeem = (body: Parameters) =>
  call(tokenRoute, { method: "POST", body: { grant_type: "refresh_token", client_id: "cli", ...body } })
const revoke = (token: string) => call(revokeRoute, { method: "POST", body: { token } })

const newProgram = async (options: { scope?: readonly string[]; authTime?: Date } = {}) =>
  createProgram(await createPerson(), options)

const refused = { status: 400, body: { error: "invalid_grant" } }

/** The family's tokens, and those of them that could still be used. */
async function family(sessionId: string) {
  const tokens = await db().refreshToken.findMany({ where: { sessionId }, orderBy: { createdAt: "asc" } })
  return { tokens, live: tokens.filter(({ usedAt }) => usedAt === null) }
}

function sessionRow(id: string) {
  return db().session.findUniqueOrThrow({ where: { id } })
}

/** Makes the first use of a token lie so far in the past. */
async function usedAgo(refreshToken: string, duration: number): Promise<void> {
  const usedAt = addDuration(new Date(), -duration)
  await db().refreshToken.update({ where: { hash: hashToken(refreshToken) }, data: { usedAt } })
}

function sealedOf(refreshToken: string) {
  return db().refreshToken.findUniqueOrThrow({
    where: { hash: hashToken(refreshToken) },
    select: { id: true, sealedSuccessor: true },
  })
}

describe.each([
  ["/auth/refresh", refresh],
  ["/auth/token", redeem],
])("POST %s", (_path, use) => {
  test("gives a new pair each time and never moves the absolute end or the time of sign-in", async () => {
    const authTime = addDuration(new Date(), -hours(5))
    const program = await newProgram({ authTime })
    const given = new Set([program.refreshToken])
    let { refreshToken } = program
    for (let turn = 0; turn < 10; turn++) {
      const { status, body, headers } = await use({ refresh_token: refreshToken })
      expect([status, headers.get("cache-control")]).toEqual([200, "no-store"])
      expect(decodeJwt(body.access_token).auth_time).toBe(Math.floor(Number(authTime) / 1000))
      refreshToken = body.refresh_token
      given.add(refreshToken)
    }
    expect(given.size).toBe(11)
    const { expiresAt } = await sessionRow(program.sessionId)
    expect(expiresAt).toEqual(addDuration(authTime, days(30)))
    const { tokens, live } = await family(program.sessionId)
    expect([tokens.length, live.length]).toEqual([11, 1])
  })

  test("gives the same successor to a retry within ten seconds of the first use, and no later", async () => {
    const program = await newProgram()
    const first = await use({ refresh_token: program.refreshToken })
    for (const ago of [2, 5, 9]) {
      await usedAgo(program.refreshToken, seconds(ago))
      const retry = await use({ refresh_token: program.refreshToken })
      expect([retry.status, retry.body.refresh_token]).toEqual([200, first.body.refresh_token])
    }
    // That the retries have not moved the first use is what makes this one late.
    const { usedAt } = await db().refreshToken.findUniqueOrThrow({
      where: { hash: hashToken(program.refreshToken) },
    })
    expect(Date.now() - Number(usedAt)).toBeGreaterThan(seconds(9))
    await usedAgo(program.refreshToken, seconds(14))
    expect(await use({ refresh_token: program.refreshToken })).toMatchObject(refused)
    expect((await sessionRow(program.sessionId)).endReason).toBe("reuse_detected")
    expect(await use({ refresh_token: first.body.refresh_token })).toMatchObject(refused)
  })

  test("takes a grandparent for reuse, however recent", async () => {
    const program = await newProgram()
    const second = await use({ refresh_token: program.refreshToken })
    const third = await use({ refresh_token: second.body.refresh_token })
    expect(await use({ refresh_token: program.refreshToken })).toMatchObject(refused)
    expect((await sessionRow(program.sessionId)).endReason).toBe("reuse_detected")
    expect(await use({ refresh_token: third.body.refresh_token })).toMatchObject(refused)
    for (const token of [program.accessToken, third.body.access_token])
      expect((await call(me, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  })

  test("refuses every token of a sign-in that was ended, a retry in time too", async () => {
    const person = await createPerson()
    const ends = [
      (program: { refreshToken: string }) => revoke(program.refreshToken),
      (program: { accessToken: string }) => revoke(program.accessToken),
      (program: { sessionId: string }) => revokeSession(person.caller, { id: program.sessionId }),
    ]
    for (const end of ends) {
      const program = await createProgram(person)
      const second = await use({ refresh_token: program.refreshToken })
      await end(program)
      for (const token of [program.refreshToken, second.body.refresh_token])
        expect(await use({ refresh_token: token })).toMatchObject(refused)
      expect((await sessionRow(program.sessionId)).endReason).not.toBe("reuse_detected")
    }
  })

  test("works to the last second of the sign-in with an access token clipped to it, and not after", async () => {
    const program = await newProgram()
    const second = await use({ refresh_token: program.refreshToken })
    const endAt = (expiresAt: Date) =>
      db().session.update({ where: { id: program.sessionId }, data: { expiresAt } })
    const expiresAt = addDuration(new Date(), seconds(5))
    await endAt(expiresAt)
    for (const token of [program.refreshToken, second.body.refresh_token]) {
      const { status, body } = await use({ refresh_token: token })
      expect([status, decodeJwt(body.access_token).exp]).toEqual([200, Math.floor(Number(expiresAt) / 1000)])
      expect(body.expires_in).toBeLessThanOrEqual(5)
    }
    await endAt(addDuration(new Date(), -1))
    expect(await use({ refresh_token: second.body.refresh_token })).toMatchObject(refused)
    expect((await sessionRow(program.sessionId)).endedAt).toBeNull()
  })

  test("narrows the scope, also of a retry, and never widens it again", async () => {
    const program = await newProgram({ scope: ["api_keys:read", "members:read", "sessions:read"] })
    const tooWide = await use({ refresh_token: program.refreshToken, scope: "members:read members:write" })
    expect(tooWide).toMatchObject({ status: 400, body: { error: "invalid_scope" } })

    const narrowed = await use({ refresh_token: program.refreshToken, scope: "sessions:read members:read" })
    expect(narrowed).toMatchObject({ status: 200, body: { scope: "members:read sessions:read" } })
    expect(decodeJwt(narrowed.body.access_token).scope).toBe("members:read sessions:read")

    const retry = (scope?: string) =>
      use({ refresh_token: program.refreshToken, ...(scope ? { scope } : {}) })
    expect((await retry()).body.scope).toBe("members:read sessions:read")
    expect((await retry("sessions:read members:read")).body.scope).toBe("members:read sessions:read")
    // Both answers hold the same successor, which has one scope.
    expect((await retry("members:read")).body.error).toBe("invalid_scope")
    expect((await retry("api_keys:read")).body.error).toBe("invalid_scope")

    const { refresh_token } = narrowed.body
    expect((await use({ refresh_token, scope: "api_keys:read" })).body.error).toBe("invalid_scope")
    expect((await use({ refresh_token })).body.scope).toBe("members:read sessions:read")
  })

  test("refuses another client's token, and leaves it to its own", async () => {
    const program = await newProgram()
    for (const client_id of ["spa", "mobile", "unknown", "CLI"]) {
      expect(await use({ refresh_token: program.refreshToken, client_id })).toMatchObject(refused)
    }
    expect((await use({ refresh_token: program.refreshToken, client_id: "cli" })).status).toBe(200)
  })

  test("refuses a person who was disabled or has left the organization, and nobody else", async () => {
    const [disabled, removed, other] = [await createPerson(), await createPerson(), await newProgram()]
    const programs = [await createProgram(disabled), await createProgram(removed)]
    await db().user.update({ where: { id: disabled.caller.user.id }, data: { disabledAt: new Date() } })
    await db().membership.deleteMany({ where: { userId: removed.caller.user.id } })
    for (const { refreshToken } of programs)
      expect(await use({ refresh_token: refreshToken })).toMatchObject(refused)
    expect((await use({ refresh_token: other.refreshToken })).status).toBe(200)
  })

  test("answers the same for what is unknown, mistyped, expired, reused, revoked or another's", async () => {
    const [expired, reused, revoked, foreign] = await Promise.all(
      Array.from({ length: 4 }, () => newProgram()),
    )
    if (!expired || !reused || !revoked || !foreign) throw new Error("four programs were made")
    await db().session.update({ where: { id: expired.sessionId }, data: { expiresAt: new Date() } })
    await use({ refresh_token: reused.refreshToken })
    await usedAgo(reused.refreshToken, seconds(11))
    await revoke(revoked.refreshToken)
    const answers = [
      await use({ refresh_token: generateCheckedToken("rt_") }),
      await use({ refresh_token: `${expired.refreshToken.slice(0, -1)}~` }),
      await use({ refresh_token: expired.refreshToken }),
      await use({ refresh_token: reused.refreshToken }),
      await use({ refresh_token: reused.refreshToken }),
      await use({ refresh_token: revoked.refreshToken }),
      await use({ refresh_token: foreign.refreshToken, client_id: "spa" }),
    ]
    const texts = answers.map(({ status, body }) => JSON.stringify([status, body]))
    expect(new Set(texts).size).toBe(1)
    expect(answers[0]).toMatchObject(refused)
  })
})

test("POST /auth/token refuses a token without its client, which POST /auth/refresh does not ask for", async () => {
  const { refreshToken } = await newProgram()
  const body = { grant_type: "refresh_token", refresh_token: refreshToken }
  expect(await call(tokenRoute, { method: "POST", body })).toMatchObject(refused)
  expect((await refresh({ refresh_token: refreshToken })).status).toBe(200)
})

describe("at once", () => {
  test("twenty uses of one token make one successor, which all of them get", async () => {
    const program = await newProgram()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refreshTokens(source, { refreshToken: program.refreshToken })),
    )
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1)
    const { tokens, live } = await family(program.sessionId)
    expect([tokens.length, live.length]).toEqual([2, 1])
    for (const { accessToken } of answers) {
      const answer = await call(me, { headers: { authorization: `Bearer ${accessToken}` } })
      expect(answer.status).toBe(200)
    }
  })

  test("a hundred uses are answered, or told to come again, and leave every connection free", async () => {
    const program = await newProgram()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => refresh({ refresh_token: program.refreshToken })),
    )
    const won = answers.filter(({ status }) => status === 200)
    const busy = answers.filter(({ status }) => status !== 200)
    expect(won.length).toBeGreaterThan(0)
    for (const { status, headers } of busy) expect([status, headers.get("retry-after")]).toEqual([503, "5"])
    expect(new Set(won.map(({ body }) => body.refresh_token)).size).toBe(1)
    const { tokens, live } = await family(program.sessionId)
    expect([tokens.length, live.length]).toEqual([2, 1])
    await expectFreeConnections()
  })

  test("twenty reuses end the sign-in once and are recorded once", async () => {
    const program = await newProgram()
    await refresh({ refresh_token: program.refreshToken })
    await usedAgo(program.refreshToken, seconds(11))
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh({ refresh_token: program.refreshToken })),
    )
    for (const answer of answers) expect(answer).toMatchObject(refused)
    expect((await sessionRow(program.sessionId)).endReason).toBe("reuse_detected")
    const recorded = await auditActionsOn(program.sessionId)
    expect(recorded.sort()).toEqual(["refresh_token.reused", "session.created", "session.ended"])
  })

  test("a use and a revocation leave nothing that works", async () => {
    for (let turn = 0; turn < 10; turn++) {
      const program = await newProgram()
      const [answer] = await Promise.all([
        refresh({ refresh_token: program.refreshToken }),
        revoke(program.refreshToken),
      ])
      const tokens = [program.refreshToken, answer.body.refresh_token].filter(Boolean)
      for (const token of tokens) expect(await refresh({ refresh_token: token })).toMatchObject(refused)
      const headers = { authorization: `Bearer ${answer.body.access_token ?? program.accessToken}` }
      expect((await call(me, { headers })).status).toBe(401)
    }
  })
})

/** None waits for us to end a transaction, and as many as the pool has work. */
async function expectFreeConnections(): Promise<void> {
  const stuck = await db().$queryRaw`
    SELECT state FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`
  expect(stuck).toEqual([])
  await Promise.all(Array.from({ length: 10 }, () => db().$queryRaw`SELECT pg_sleep(0.05)::text`))
}

describe("a database that is away", () => {
  afterEach(async () => {
    proxy.setMode("pass")
    // Connections that were cut are noticed one by one.
    await vi.waitFor(() => Promise.all(Array.from({ length: 10 }, () => db().$queryRaw`SELECT 1`)), 10_000)
  })

  test.each(["refuse", "hold"] as const)(
    "(%s) is said to be, and the same token works when it is back",
    async (mode) => {
      const program = await newProgram()
      for (const use of [refresh, redeem]) {
        proxy.setMode(mode)
        const { status, headers, body } = await use({ refresh_token: program.refreshToken })
        expect([status, headers.get("retry-after"), body.error]).toEqual([
          503,
          "5",
          "temporarily_unavailable",
        ])
      }
      proxy.setMode("pass")
      await vi.waitFor(
        async () => expect((await refresh({ refresh_token: program.refreshToken })).status).toBe(200),
        10_000,
      )
      expect((await family(program.sessionId)).live).toHaveLength(1)
    },
  )

  test("from any moment of a use on loses no sign-in", async () => {
    for (let turn = 0; turn < 20; turn++) {
      const program = await newProgram()
      const cut = sleep(turn).then(() => proxy.setMode("refuse"))
      const { status } = await refresh({ refresh_token: program.refreshToken })
      expect([200, 503]).toContain(status)
      await cut
      proxy.setMode("pass")
      await vi.waitFor(
        async () => expect((await refresh({ refresh_token: program.refreshToken })).status).toBe(200),
        10_000,
      )
      const { tokens, live } = await family(program.sessionId)
      expect([tokens.length, live.length]).toEqual([2, 1])
    }
  })

  test("is not asked about what cannot be a token, not even by a process that has yet to reach it", async () => {
    proxy.setMode("refuse")
    vi.resetModules()
    const { log } = await import("../log")
    log.level = "silent"
    const { POST } = await import("@/app/api/v1/auth/refresh/route")
    const token = generateCheckedToken("rt_")
    const mistyped = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0")
    for (const refresh_token of [mistyped, token.slice(1), `${token}\n`, "rt_", "null", "x".repeat(8000)])
      expect(await call(POST, { method: "POST", body: { refresh_token } })).toMatchObject(refused)
    expect((await call(POST, { method: "POST", body: { refresh_token: token } })).status).toBe(503)
  })
})

describe("a server that is killed while it refreshes", () => {
  const KILLS = 30
  const TIME = seconds(20)
  // Bundled, because so many of them have to start.
  const program = `.data/refresher-${process.pid}.mjs`
  const servers: ChildProcess[] = []

  beforeAll(() => bundle("scripts/support/testing/refresher.ts", program, { sourcemap: false }))
  afterAll(() => {
    for (const server of servers) server.kill("SIGKILL")
    rmSync(program)
  })

  async function newPrograms() {
    const person = await createPerson()
    return Promise.all(Array.from({ length: 6 }, () => createProgram(person)))
  }

  const send = (server: ChildProcess, programs: { refreshToken: string }[]) =>
    server.send(programs.map(({ refreshToken }) => refreshToken))

  /** A process that is warm, and how long it takes for what it is sent. */
  async function startServer() {
    const server = fork(program)
    servers.push(server)
    let took = 0
    for (const programs of [await newPrograms(), await newPrograms()]) {
      const started = Date.now()
      send(server, programs)
      await once(server, "message")
      took = Date.now() - started
    }
    return { server, took }
  }

  test("leaves one live token in each family and lets a retry get it", { timeout: 90_000 }, async () => {
    const deadline = Date.now() + TIME
    for (let kill = 0; kill < KILLS && Date.now() < deadline; kill++) {
      const { server, took } = await startServer()
      const programs = await newPrograms()
      const gone = once(server, "exit")
      send(server, programs)
      // At some moment from before the first claim to after the last commit.
      await sleep(took * (0.4 + 0.6 * Math.random()))
      server.kill("SIGKILL")
      await gone
      for (const { refreshToken, sessionId } of programs) {
        expect((await family(sessionId)).live).toHaveLength(1)
        const pair = await refreshTokens(source, { refreshToken })
        expect((await family(sessionId)).tokens).toHaveLength(2)
        expect((await refresh({ refresh_token: pair.refreshToken })).status).toBe(200)
      }
    }
  })
})

describe("what is stored", () => {
  test("holds no token in any table, neither as text nor in another spelling", async () => {
    const program = await newProgram()
    const given = [program.accessToken, program.refreshToken]
    let { refreshToken } = program
    for (let turn = 0; turn < 3; turn++) {
      const pair = await refreshTokens(source, { refreshToken })
      refreshToken = pair.refreshToken
      given.push(pair.accessToken, pair.refreshToken)
    }
    const dump = await dumpDatabase()
    expect(dump).toContain(program.sessionId)
    for (const token of given) {
      const bytes = Buffer.from(token)
      for (const spelling of [token, bytes.toString("hex"), bytes.toString("base64")])
        expect(dump).not.toContain(spelling)
      // Nor without the part that is the same in all of them.
      expect(dump).not.toContain(token.slice(3, 46))
    }
  })

  test("gives the successor to the token it replaced and to no other, in its own row and in no other", async () => {
    const [mine, other] = [await newProgram(), await newProgram()]
    const [mySecond] = [
      await refreshTokens(source, { refreshToken: mine.refreshToken }),
      await refreshTokens(source, { refreshToken: other.refreshToken }),
    ]
    const [row, otherRow] = [await sealedOf(mine.refreshToken), await sealedOf(other.refreshToken)]
    const sealed = row.sealedSuccessor ?? ""
    expect(unsealFor(mine.refreshToken, sealed, row.id)).toBe(mySecond.refreshToken)
    for (const secret of [other.refreshToken, mySecond.refreshToken, ""])
      expect(() => unsealFor(secret, sealed, row.id)).toThrow(SealError)
    expect(() => unsealFor(mine.refreshToken, sealed, otherRow.id)).toThrow(SealError)

    // Whoever can write to the database cannot make us hand out a token of their choice.
    const { sealedSuccessor } = otherRow
    await db().refreshToken.update({ where: { id: row.id }, data: { sealedSuccessor } })
    expect(await refresh({ refresh_token: mine.refreshToken })).toMatchObject(refused)
  })

  test("forgets the successor when that is used, and after the grace", async () => {
    const program = await newProgram()
    const second = await refreshTokens(source, { refreshToken: program.refreshToken })
    await cleanUp()
    expect((await sealedOf(program.refreshToken)).sealedSuccessor).not.toBeNull()
    await refreshTokens(source, { refreshToken: second.refreshToken })
    expect((await sealedOf(program.refreshToken)).sealedSuccessor).toBeNull()

    expect((await sealedOf(second.refreshToken)).sealedSuccessor).not.toBeNull()
    await usedAgo(second.refreshToken, seconds(71))
    await cleanUp()
    expect((await sealedOf(second.refreshToken)).sealedSuccessor).toBeNull()
  })

  test("cannot be a second live token of a family, nor a second successor of a token", async () => {
    const { sessionId, refreshToken } = await newProgram()
    const data = () => ({ sessionId, hash: hashToken(generateCheckedToken("rt_")), scope: [...permissions] })
    await expect(db().refreshToken.create({ data: data() })).rejects.toMatchObject({ code: "P2002" })
    await refreshTokens(source, { refreshToken })
    const { id: parentId } = await sealedOf(refreshToken)
    const fork = { ...data(), parentId, usedAt: new Date() }
    await expect(db().refreshToken.create({ data: fork })).rejects.toMatchObject({ code: "P2002" })
  })
})

/** Every row of every table, as text. */
async function dumpDatabase(): Promise<string> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`
  const rows = await Promise.all(
    tables.map(({ name }) =>
      db().$queryRawUnsafe<{ text: string }[]>(`SELECT ${name}::text AS text FROM ${name}`),
    ),
  )
  return rows
    .flat()
    .map(({ text }) => text)
    .join("\n")
}

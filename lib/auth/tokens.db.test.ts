import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { POST as introspect } from "@/app/api/v1/auth/introspect/route"
import { POST as refresh } from "@/app/api/v1/auth/refresh/route"
import { POST as revoke } from "@/app/api/v1/auth/revoke/route"
import { GET as me } from "@/app/api/v1/me/route"
import { db } from "../db"
import { addDuration, days, hours, minutes } from "../duration"
import type { Handler } from "../http/route"
import { auditActionsOn, createKey, createPerson, createProgram } from "../testing/factories"
import { source } from "../testing/request-source"
import { call, fromOurPages } from "../testing/requests"
import { TcpProxy } from "../testing/tcp-proxy"
import { generateCheckedToken } from "./checked-token"
import { refreshTokens } from "./refresh-tokens"
import { endSessions } from "./sessions"

let proxy: TcpProxy

beforeAll(async () => {
  const direct = new URL(process.env.DATABASE_URL ?? "")
  proxy = await TcpProxy.start(direct)
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
})
afterEach(async () => {
  vi.useRealTimers()
  proxy.setMode("pass")
  // Connections that were cut are noticed one by one.
  await vi.waitFor(() => Promise.all(Array.from({ length: 10 }, () => db().$queryRaw`SELECT 1`)), {
    timeout: 10_000,
  })
})
afterAll(() => proxy.close())

type Program = Awaited<ReturnType<typeof createProgram>>

const newProgram = async () => createProgram(await createPerson())
const post = (handler: Handler, body: unknown, headers: Record<string, string> = {}) =>
  call(handler, { method: "POST", headers, body })

async function postForm(
  handler: Handler,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const request = new Request("http://localhost:3000/", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(form),
  })
  const response = await handler(request, { params: Promise.resolve({}) })
  return { status: response.status, body: await response.json() }
}

async function endReasonOf(id: string) {
  return (await db().session.findUniqueOrThrow({ where: { id }, select: { endReason: true } })).endReason
}

const meStatus = async ({ bearer }: Pick<Program, "bearer">) => (await call(me, { headers: bearer })).status

async function isAlive(program: Program): Promise<boolean> {
  const { status } = await post(refresh, { refresh_token: program.refreshToken })
  expect((await meStatus(program)) === 200).toBe(status === 200)
  return status === 200
}

const revoked = { status: 200, body: { status: "revoked" } }

describe("revoking", () => {
  test.each<[string, (program: Program) => Record<string, string>]>([
    ["a refresh token", ({ refreshToken }) => ({ refresh_token: refreshToken })],
    ["a refresh token as `token`", ({ refreshToken }) => ({ token: refreshToken })],
    ["an access token", ({ accessToken }) => ({ token: accessToken })],
    ["an access token as `refresh_token`", ({ accessToken }) => ({ refresh_token: accessToken })],
    [
      "a refresh token with the wrong hint",
      ({ refreshToken }) => ({ token: refreshToken, token_type_hint: "access_token" }),
    ],
    [
      "an access token with the wrong hint",
      ({ accessToken }) => ({ token: accessToken, token_type_hint: "refresh_token" }),
    ],
    [
      "a token with a hint nobody knows",
      ({ refreshToken }) => ({ token: refreshToken, token_type_hint: "saml2" }),
    ],
    [
      "a token of the client that sends it",
      ({ refreshToken }) => ({ token: refreshToken, client_id: "cli" }),
    ],
  ])("%s ends the sign-in with every token of it", async (_name, body) => {
    for (const send of [post, postForm]) {
      const program = await newProgram()
      const answer = await send(revoke, body(program))
      expect(answer).toMatchObject(revoked)
      expect(await isAlive(program)).toBe(false)
      expect(await auditActionsOn(program.sessionId)).toEqual(["session.created", "session.ended"])
    }
  })

  test("a refresh token that was used ends what came of it", async () => {
    const program = await newProgram()
    const successor = await refreshTokens(source, program)
    expect(await post(revoke, { refresh_token: program.refreshToken })).toMatchObject(revoked)
    expect(await meStatus({ bearer: { authorization: `Bearer ${successor.accessToken}` } })).toBe(401)
    expect((await post(refresh, { refresh_token: successor.refreshToken })).status).toBe(400)
  })

  test.each([
    ["by a thief", (refreshToken: string) => post(revoke, { token: refreshToken })],
    [
      "from elsewhere by a thief",
      (_: string, { sessionId }: Program) =>
        db().$transaction((tx) => endSessions(tx, source, { id: sessionId }, { reason: "revoked" })),
    ],
  ])("%s does not silence the alarm: the owner's own token still raises it", async (_way, end) => {
    const stolen = await newProgram()
    const { refreshToken } = await refreshTokens(source, { refreshToken: stolen.refreshToken })
    await end(refreshToken, stolen)
    await db().refreshToken.updateMany({
      where: { sessionId: stolen.sessionId, usedAt: { not: null } },
      data: { usedAt: addDuration(new Date(), -minutes(1)) },
    })
    await expect(refreshTokens(source, { refreshToken: stolen.refreshToken })).rejects.toMatchObject({
      code: "invalid_grant",
    })
    expect(await endReasonOf(stolen.sessionId)).toBe("reuse_detected")
    expect(await auditActionsOn(stolen.sessionId)).toContain("refresh_token.reused")
  })

  test("with a token that was replaced long ago is no sign-out, but the use of a copy", async () => {
    const program = await newProgram()
    const second = await refreshTokens(source, { refreshToken: program.refreshToken })
    await refreshTokens(source, { refreshToken: second.refreshToken })
    await post(revoke, { token: program.refreshToken })
    expect(await endReasonOf(program.sessionId)).toBe("reuse_detected")
  })

  test("leaves the person's other sign-ins and everybody else's alone", async () => {
    const person = await createPerson()
    const [program, other, stranger] = [
      await createProgram(person),
      await createProgram(person),
      await newProgram(),
    ]
    await post(revoke, { token: program.refreshToken })
    expect([await isAlive(other), await isAlive(stranger)]).toEqual([true, true])
    expect((await call(me, { headers: { cookie: person.cookie } })).status).toBe(200)
  })

  test("what is revoked, unknown or garbage answers the same, and is recorded nowhere", async () => {
    const program = await newProgram()
    const first = await post(revoke, { token: program.refreshToken })
    const events = await db().auditEvent.count()
    const tokens = [
      program.refreshToken,
      program.accessToken,
      generateCheckedToken("rt_"),
      "rt_",
      "garbage",
      "a.b.c",
      "\u0000",
      `${program.accessToken.slice(0, -4)}AAAA`,
      program.bearer.authorization,
    ]
    for (const token of tokens) {
      const answer = await post(revoke, { token })
      expect([answer.status, answer.body]).toEqual([first.status, first.body])
    }
    expect(await db().auditEvent.count()).toBe(events)
  })

  test("at once, twice, ends it once", async () => {
    const program = await newProgram()
    await Promise.all([
      post(revoke, { token: program.refreshToken }),
      post(revoke, { token: program.accessToken }),
    ])
    expect(await auditActionsOn(program.sessionId)).toEqual(["session.created", "session.ended"])
  })

  test("is answered in a way that nothing keeps", async () => {
    const { headers } = await post(revoke, { token: "garbage" })
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("set-cookie")).toBeNull()
  })

  test.each<[string, Record<string, unknown>]>([
    ["no token", {}],
    ["only a hint", { token_type_hint: "refresh_token" }],
    ["both names at once", { token: "a", refresh_token: "a" }],
    ["a list", { token: ["a"] }],
    ["an object", { token: { not: "" } }],
    ["null", { token: null }],
    ["9 kB", { token: "a".repeat(9000) }],
  ])("%s is a fault of the client", async (_name, body) => {
    const answer = await post(revoke, body)
    expect([answer.status, answer.body.error]).toEqual([400, "invalid_request"])
  })

  test.each(["refreshToken", "accessToken"] as const)(
    "another client's %s is refused and recorded, and its holder works on",
    async (kind) => {
      for (const clientId of ["spa", "nobody", "x".repeat(100)]) {
        const program = await newProgram()
        const answer = await post(revoke, { token: program[kind], client_id: clientId })
        expect([answer.status, answer.body.error]).toEqual([400, "invalid_grant"])
        expect(await isAlive(program)).toBe(true)
        expect(await auditActionsOn(program.sessionId)).toEqual([
          "session.created",
          "token.revocation_refused",
        ])
      }
    },
  )

  test.each(["refuse", "hold"] as const)(
    "says unavailable and never revoked while the database is away (%s), and works afterwards",
    async (mode) => {
      const program = await newProgram()
      proxy.setMode(mode)
      for (const token of [program.refreshToken, program.accessToken]) {
        const { status, body, headers } = await post(revoke, { token })
        expect([status, body.error]).toEqual([503, "temporarily_unavailable"])
        expect(headers.get("retry-after")).toBe("5")
      }
      proxy.setMode("pass")
      await vi.waitFor(
        async () => expect(await post(revoke, { token: program.refreshToken })).toMatchObject(revoked),
        { timeout: 10_000 },
      )
      expect(await isAlive(program)).toBe(false)
    },
  )
})

describe("introspection", () => {
  const ask = (token: string, headers: Record<string, string>) => post(introspect, { token }, headers)
  const inactive = { active: false }

  test("tells of an access token what it says, in a form and in JSON", async () => {
    const person = await createPerson()
    const program = await createProgram(person, { scope: ["ai:invoke"] })
    const { status, body, headers } = await ask(program.accessToken, program.bearer)
    expect(status).toBe(200)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({
      active: true,
      token_type: "Bearer",
      iss: "http://localhost:3000",
      aud: "http://localhost:3000",
      sub: person.caller.user.id,
      client_id: "cli",
      organization_id: person.caller.organization.id,
      sid: program.sessionId,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: body.iat + 3600,
      auth_time: expect.any(Number),
      amr: ["google"],
      scope: "ai:invoke",
    })
    const form = { token: program.accessToken, token_type_hint: "refresh_token" }
    expect((await postForm(introspect, form, program.bearer)).body).toEqual(body)
  })

  test("tells of a refresh token which sign-in it is for, without using it", async () => {
    const person = await createPerson()
    const program = await createProgram(person, { scope: ["ai:invoke"] })
    for (let turn = 0; turn < 2; turn++) {
      const { body } = await ask(program.refreshToken, program.bearer)
      expect(body).toEqual({
        active: true,
        token_type: "refresh_token",
        iss: "http://localhost:3000",
        sub: person.caller.user.id,
        sid: program.sessionId,
        client_id: "cli",
        organization_id: person.caller.organization.id,
        exp: expect.any(Number),
        scope: "ai:invoke",
      })
    }
    expect(await isAlive(program)).toBe(true)
  })

  test("answers every credential of the organization, and nobody without one", async () => {
    const person = await createPerson()
    const { accessToken } = await createProgram(person)
    const colleague = await createPerson({
      role: "member",
      organizationId: person.caller.organization.id,
    })
    const { secret } = await createKey(person)
    const credentials = [
      { "x-api-key": secret },
      { authorization: `Bearer ${secret}` },
      fromOurPages(colleague.cookie),
      (await createProgram(colleague)).bearer,
    ]
    for (const headers of credentials) {
      expect((await ask(accessToken, headers)).body).toMatchObject({ active: true })
    }
    for (const headers of [{}, { authorization: "Bearer a.b.c" }, fromOurPages("latchkey.session=x")]) {
      expect((await ask(accessToken, headers)).status).toBe(401)
    }
  })

  test("says nothing but inactive of a foreign organization's, and of all that is not good any more", async () => {
    const person = await createPerson()
    const asking = await createProgram(person)
    const foreign = await newProgram()
    const [ended, used] = [await createProgram(person), await createProgram(person)]
    await post(revoke, { token: ended.refreshToken })
    await refreshTokens(source, used)
    const expired = await createProgram(person, { authTime: addDuration(new Date(), -days(31)) })
    const tokens = [
      foreign.accessToken,
      foreign.refreshToken,
      ended.accessToken,
      ended.refreshToken,
      used.refreshToken,
      expired.accessToken,
      expired.refreshToken,
      generateCheckedToken("rt_"),
      (await createKey(person)).secret,
      person.token,
      "garbage",
      "\u0000",
    ]
    for (const token of tokens) {
      const { status, body } = await ask(token, asking.bearer)
      expect([status, body]).toEqual([200, inactive])
    }
  })

  test("says inactive of an access token that has expired", async () => {
    const person = await createPerson()
    vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), -hours(2)) })
    const program = await createProgram(person)
    vi.useRealTimers()
    expect((await ask(program.accessToken, fromOurPages(person.cookie))).body).toEqual(inactive)
    expect((await ask(program.refreshToken, fromOurPages(person.cookie))).body.active).toBe(true)
  })

  test.each<[string, (person: { id: string }) => Promise<unknown>]>([
    ["is disabled", ({ id }) => db().user.update({ where: { id }, data: { disabledAt: new Date() } })],
    ["has left the organization", ({ id }) => db().membership.deleteMany({ where: { userId: id } })],
    ["is deleted", ({ id }) => db().user.delete({ where: { id } })],
  ])("says inactive of the tokens of somebody who %s", async (_name, change) => {
    const person = await createPerson()
    const colleague = await createPerson({ organizationId: person.caller.organization.id })
    const program = await createProgram(colleague)
    await change(colleague.caller.user)
    for (const token of [program.accessToken, program.refreshToken]) {
      expect((await ask(token, fromOurPages(person.cookie))).body).toEqual(inactive)
    }
  })

  test("with a cookie is only for our own pages", async () => {
    const person = await createPerson()
    const { accessToken } = await createProgram(person)
    const elsewhere = { cookie: person.cookie, origin: "https://evil.example" }
    expect((await ask(accessToken, elsewhere)).status).toBe(403)
  })

  test("without a token is a fault of the client", async () => {
    const { bearer } = await newProgram()
    expect((await post(introspect, {}, bearer)).status).toBe(400)
    expect((await postForm(introspect, {}, bearer)).status).toBe(400)
  })

  test("says unavailable, and never inactive, while the database is away", async () => {
    const { accessToken, bearer } = await newProgram()
    proxy.setMode("refuse")
    expect((await ask(accessToken, bearer)).status).toBe(503)
  })
})

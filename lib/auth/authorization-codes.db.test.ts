import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import { POST as token } from "@/app/api/v1/auth/token/route"
import { GET as me } from "@/app/api/v1/me/route"
import { db } from "../db"
import { addDuration, minutes, seconds } from "../duration"
import { env } from "../env"
import { auditActionsOn, createPerson, type Person } from "../testing/factories"
import { call } from "../testing/requests"
import { createAuthorizationCode } from "./authorization-codes"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { endProgramSessions } from "./program-sessions"
import { revokeOtherSessions } from "./session-list"

const redirectUri = "http://127.0.0.1:8080/callback"
const codeVerifier = generateOpaqueToken()

/** A code that the command line was sent, and what it presents it with. */
async function createCode(person?: Person) {
  const { caller } = person ?? (await createPerson())
  const code = await createAuthorizationCode(db(), {
    userId: caller.user.id,
    organizationId: caller.organization.id,
    clientId: "cli",
    scope: ["ai:invoke"],
    amr: ["google"],
    authTime: new Date(),
    redirectUri,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
  })
  const body = {
    grant_type: "authorization_code",
    code,
    client_id: "cli",
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  }
  return { caller, code, body, where: { hash: hashToken(code) } }
}

type Created = Awaited<ReturnType<typeof createCode>>

const exchange = (body: object) => call(token, { method: "POST", body })

async function expectRefused(body: object, error = "invalid_grant"): Promise<void> {
  const answer = await exchange(body)
  expect([answer.status, answer.body.error]).toEqual([400, error])
  expect(answer.headers.get("cache-control")).toBe("no-store")
  expect(Object.keys(answer.body)).toEqual(["error", "error_description"])
}

/** The sign-ins that came of a code. */
async function sessionsOf({ caller }: Created) {
  return db().session.findMany({ where: { userId: caller.user.id, clientId: { not: null } } })
}

async function statusAtMe(accessToken: string): Promise<number> {
  return (await call(me, { headers: { authorization: `Bearer ${accessToken}` } })).status
}

const refresh = (refreshToken: string) =>
  exchange({ grant_type: "refresh_token", refresh_token: refreshToken, client_id: "cli" })

describe("a code", () => {
  test("gives the first tokens of a sign-in, in no cache, and names whom it is for", async () => {
    const created = await createCode()
    const { status, headers, body } = await exchange(created.body)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^rt_\w{49}$/),
      scope: "ai:invoke",
      organization_id: created.caller.organization.id,
    })
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("content-type")).toBe("application/json")
    expect(headers.get("set-cookie")).toBeNull()
    expect(await sessionsOf(created)).toMatchObject([{ clientId: "cli", amr: ["google"], endedAt: null }])
    expect(await statusAtMe(body.access_token)).toBe(200)
    expect((await refresh(body.refresh_token)).status).toBe(200)
  })

  test("is taken as a form too", async () => {
    const { body } = await createCode()
    const request = new Request(`${env().APP_URL}/api/v1/auth/token`, {
      method: "POST",
      body: new URLSearchParams(body),
    })
    expect((await token(request, { params: Promise.resolve({}) })).status).toBe(200)
  })

  test("lives for a minute from the sign-in", async () => {
    const created = await createCode()
    const { createdAt, expiresAt } = await db().authorizationCode.findUniqueOrThrow({ where: created.where })
    expect(expiresAt).toEqual(addDuration(createdAt, minutes(1)))
    await db().authorizationCode.update({ where: created.where, data: { expiresAt: new Date() } })
    await expectRefused(created.body)
    expect(await sessionsOf(created)).toEqual([])
  })

  test("is stored only as a hash", async () => {
    const { code } = await createCode()
    const rows = await db().$queryRaw<object[]>`SELECT to_jsonb(c)::text AS row FROM authorization_codes c`
    expect(JSON.stringify(rows)).not.toContain(code)
  })

  test("of a person who was disabled meanwhile gives nothing", async () => {
    const created = await createCode()
    const where = { id: created.caller.user.id }
    await db().user.update({ where, data: { disabledAt: new Date() } })
    await expectRefused(created.body)
    expect(await sessionsOf(created)).toEqual([])
  })
})

describe("a code that is presented wrongly", () => {
  test("with another verifier is burnt: the right one comes too late", async () => {
    const created = await createCode()
    await expectRefused({ ...created.body, code_verifier: generateOpaqueToken() })
    await expectRefused(created.body)
    expect(await sessionsOf(created)).toEqual([])
  })

  test.each([
    ["another client", { client_id: "mobile" }],
    ["the client of the plain form", { client_id: "web" }],
    ["another port", { redirect_uri: "http://127.0.0.1:8081/callback" }],
    ["another address", { redirect_uri: "http://[::1]:8080/callback" }],
    ["another client's redirect URI", { redirect_uri: "com.latchkey.app:/callback" }],
  ])("by or for %s is refused, burnt and recorded", async (_name, changes) => {
    const created = await createCode()
    await expectRefused({ ...created.body, ...changes })
    await expectRefused(created.body)
    expect(await sessionsOf(created)).toEqual([])
    const { id } = await db().authorizationCode.findUniqueOrThrow({ where: created.where })
    const events = await db().auditEvent.findMany({ where: { targetId: id } })
    expect(events).toMatchObject([
      {
        action: "authorization_code.refused",
        organizationId: created.caller.organization.id,
        actorType: "system",
        details: { client: "cli", presentedBy: { ...created.body, ...changes }.client_id },
      },
    ])
  })

  test.each(["code", "redirect_uri", "code_verifier"])("without %s is not spent by that", async (name) => {
    const { body } = await createCode()
    await expectRefused({ ...body, [name]: undefined }, "invalid_request")
    expect((await exchange(body)).status).toBe(200)
  })

  test("without a client is nobody's", async () => {
    const { body } = await createCode()
    await expectRefused({ ...body, client_id: undefined })
  })

  test.each([
    "x",
    "x".repeat(43),
    "x".repeat(200),
    "rt_x",
    "a\u0000b",
    "é".repeat(43),
    `${"x".repeat(43)}\n`,
  ])("is refused when it is none: %j", async (code) => {
    const { body } = await createCode()
    await expectRefused({ ...body, code })
  })

  test.each(["x".repeat(42), "x".repeat(129), `${"x".repeat(42)}é`, `${"x".repeat(43)}\n`])(
    "with a verifier that is none is told so: %j",
    async (code_verifier) => {
      const { body } = await createCode()
      await expectRefused({ ...body, code_verifier }, "invalid_request")
    },
  )
})

describe("the token endpoint", () => {
  test.each(["password", "implicit", "client_credentials", "Authorization_code", "authorization_code "])(
    "knows no grant type %j",
    async (grant_type) => {
      const { body } = await createCode()
      await expectRefused({ ...body, grant_type }, "unsupported_grant_type")
    },
  )

  test.each(["grant_type", "code", "client_id", "redirect_uri", "code_verifier"])(
    "refuses %s given twice, as a form and as JSON, and spends nothing",
    async (name) => {
      const { body } = await createCode()
      const form = new URLSearchParams(body)
      form.append(name, form.get(name) ?? "")
      const text = `${JSON.stringify(body).slice(0, -1)},"${name}":"x"}`
      for (const [type, twice] of [
        ["application/x-www-form-urlencoded", form.toString()],
        ["application/json", text],
      ] as const) {
        const headers = { "content-type": type }
        const url = `${env().APP_URL}/api/v1/auth/token`
        const request = new Request(url, { method: "POST", headers, body: twice })
        const response = await token(request, { params: Promise.resolve({}) })
        expect([response.status, (await response.json()).error]).toEqual([400, "invalid_request"])
      }
      expect((await exchange(body)).status).toBe(200)
    },
  )
})

describe("a code that waits", () => {
  test.each([
    ["signs out everywhere else", (person: Person) => revokeOtherSessions(person.caller)],
    ["is signed out with every program there is", () => endProgramSessions("key_retired")],
    [
      "leaves the organization",
      ({ caller }: Person) => db().membership.deleteMany({ where: { userId: caller.user.id } }),
    ],
  ])("is worth nothing once its person %s", async (_name, act) => {
    const person = await createPerson()
    const created = await createCode(person)
    await act(person)
    await expectRefused(created.body)
    expect(await sessionsOf(created)).toEqual([])
  })
})

describe("a code that is presented again", () => {
  test("by twenty at once has one winner, whose sign-in goes on", async () => {
    const created = await createCode()
    const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(created.body)))
    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    expect(
      answers.filter(({ status, body }) => status === 400 && body.error === "invalid_grant"),
    ).toHaveLength(19)
    expect(await sessionsOf(created)).toMatchObject([{ endedAt: null }])
    expect(await statusAtMe(winners[0]?.body.access_token)).toBe(200)
    expect((await refresh(winners[0]?.body.refresh_token)).status).toBe(200)
  })

  test("within seconds only fails, as a page that runs its effect twice would", async () => {
    const created = await createCode()
    const { body } = await exchange(created.body)
    await moveUse(created, env().REFRESH_GRACE_SECONDS - 2)
    await expectRefused(created.body)
    expect(await statusAtMe(body.access_token)).toBe(200)
    expect((await refresh(body.refresh_token)).status).toBe(200)
  })

  test.each([
    ["without the verifier that belongs to it", { code_verifier: generateOpaqueToken() }],
    ["by another client", { client_id: "mobile" }],
  ])("later, %s, ends nobody's sign-in: a code alone is in many a log", async (_name, changes) => {
    const created = await createCode()
    const { body } = await exchange(created.body)
    await moveUse(created, env().REFRESH_GRACE_SECONDS + 1)
    await expectRefused({ ...created.body, ...changes })
    expect(await statusAtMe(body.access_token)).toBe(200)
  })

  test("later, with all that belongs to it, ends the sign-in that came of it, and records it once", async () => {
    const created = await createCode()
    const { body } = await exchange(created.body)
    await moveUse(created, env().REFRESH_GRACE_SECONDS + 1)
    await expectRefused(created.body)
    await expectRefused(created.body)
    expect(await statusAtMe(body.access_token)).toBe(401)
    expect((await refresh(body.refresh_token)).status).toBe(400)
    const [session] = await sessionsOf(created)
    expect(session?.endReason).toBe("reuse_detected")
    expect((await auditActionsOn(session?.id ?? "")).sort()).toEqual([
      "authorization_code.reused",
      "session.created",
      "session.ended",
    ])
  })

  test("later, when its first use was refused, changes nothing", async () => {
    const person = await createPerson()
    const [burnt, other] = [await createCode(person), await createCode(person)]
    const { body } = await exchange(other.body)
    await expectRefused({ ...burnt.body, client_id: "mobile" })
    await moveUse(burnt, env().REFRESH_GRACE_SECONDS + 1)
    await expectRefused(burnt.body)
    expect(await statusAtMe(body.access_token)).toBe(200)
  })

  /** As if the code had been used so long ago. */
  async function moveUse({ where }: Created, secondsAgo: number): Promise<void> {
    const usedAt = addDuration(new Date(), -seconds(secondsAgo))
    await db().authorizationCode.update({ where, data: { usedAt } })
  }
})

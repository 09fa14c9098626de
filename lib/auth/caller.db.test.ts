import { decodeJwt } from "jose"
import { afterEach, describe, expect, test, vi } from "vitest"
import { POST as createApiKey } from "@/app/api/v1/api-keys/route"
import { GET as me } from "@/app/api/v1/me/route"
import { GET as sessions } from "@/app/api/v1/sessions/route"
import { db } from "../db"
import { addDuration, hours, seconds } from "../duration"
import { auditActionsOn, createKey, createPerson, createProgram } from "../testing/factories"
import { createSigningKey } from "../testing/hostile-provider-keys"
import { source } from "../testing/request-source"
import { call, fromOurPages } from "../testing/requests"
import { signAccessToken, type TokenSubject } from "./access-token"
import { refreshTokens } from "./refresh-tokens"
import { revokeSession } from "./session-list"
import { revokeToken } from "./tokens"

const challenge =
  'Bearer realm="latchkey", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource"'

const callMe = (headers: Record<string, string>) => call(me, { headers })
const statusOf = async (headers: Record<string, string>) => (await callMe(headers)).status

afterEach(() => vi.useRealTimers())

describe("an access token", () => {
  test("says who calls, with the role of now and the scope of then", async () => {
    const person = await createPerson()
    const program = await createProgram(person, { scope: ["ai:invoke", "api_keys:read"] })
    const { status, body } = await callMe(program.bearer)
    expect(status).toBe(200)
    expect(body).toEqual({
      type: "user",
      user: person.caller.user,
      organization: person.caller.organization,
      role: "owner",
      scopes: ["ai:invoke", "api_keys:read"],
      session_id: program.sessionId,
    })
  })

  test("is refused from the moment its person is disabled", async () => {
    const person = await createPerson()
    const program = await createProgram(person)
    expect(await statusOf(program.bearer)).toBe(200)
    await db().user.update({ where: { id: person.caller.user.id }, data: { disabledAt: new Date() } })
    expect(await statusOf(program.bearer)).toBe(401)
    await expect(refreshTokens(source, program)).rejects.toMatchObject({ code: "invalid_grant" })
  })

  test("is refused from the moment its person is deleted", async () => {
    const person = await createPerson()
    const program = await createProgram(person)
    await db().user.delete({ where: { id: person.caller.user.id } })
    expect(await statusOf(program.bearer)).toBe(401)
    await expect(refreshTokens(source, program)).rejects.toMatchObject({ code: "invalid_grant" })
  })

  test("is refused from the moment its person leaves the organization, though they belong to another", async () => {
    const [person, elsewhere] = [await createPerson(), await createPerson()]
    const program = await createProgram(person)
    const userId = person.caller.user.id
    await db().membership.create({
      data: { userId, organizationId: elsewhere.caller.organization.id, role: "owner" },
    })
    await db().membership.deleteMany({ where: { userId, organizationId: person.caller.organization.id } })
    expect(await statusOf(program.bearer)).toBe(401)
    await expect(refreshTokens(source, program)).rejects.toMatchObject({ code: "invalid_grant" })
  })

  test("loses what a new role does not allow, at once, and gains nothing beyond its scope", async () => {
    const person = await createPerson()
    const program = await createProgram(person, { scope: ["ai:invoke", "api_keys:write"] })
    const setRole = (role: "owner" | "member") =>
      db().membership.updateMany({ where: { userId: person.caller.user.id }, data: { role } })
    const scopes = async () => (await callMe(program.bearer)).body.scopes
    expect(await scopes()).toEqual(["ai:invoke", "api_keys:write"])
    await setRole("member")
    expect(await scopes()).toEqual(["ai:invoke"])
    const answer = await call(createApiKey, {
      method: "POST",
      headers: program.bearer,
      body: { name: "Mine" },
    })
    expect([answer.status, answer.body.code]).toEqual([403, "forbidden"])
    await setRole("owner")
    expect(await scopes()).toEqual(["ai:invoke", "api_keys:write"])
  })

  test("says of its person no more than their role allows, and more only when it is refreshed", async () => {
    const person = await createPerson({ role: "member" })
    const program = await createProgram(person)
    const scopeOf = (token: string) => String(decodeJwt(token).scope).split(" ")
    expect(scopeOf(program.accessToken)).not.toContain("api_keys:write")
    await db().membership.updateMany({ where: { userId: person.caller.user.id }, data: { role: "admin" } })
    expect((await callMe(program.bearer)).body.scopes).not.toContain("api_keys:write")
    const refreshed = await refreshTokens(source, { refreshToken: program.refreshToken })
    expect(scopeOf(refreshed.accessToken)).toContain("api_keys:write")
  })

  test("is refused once its program is taken off the list of clients", async () => {
    const program = await createProgram(await createPerson(), { clientId: "retired-app" })
    expect(await statusOf(program.bearer)).toBe(401)
    await expect(refreshTokens(source, program)).rejects.toMatchObject({ code: "invalid_grant" })
  })

  test("ends with its own sign-in and leaves the person's others alone", async () => {
    const person = await createPerson()
    const [ended, other] = [await createProgram(person), await createProgram(person)]
    await revokeSession(person.caller, { id: ended.sessionId })
    expect(await statusOf(ended.bearer)).toBe(401)
    expect(await statusOf(other.bearer)).toBe(200)
    expect(await statusOf({ cookie: person.cookie })).toBe(200)
  })

  test("ends with its sign-in when that ends by a token of it", async () => {
    const person = await createPerson()
    const program = await createProgram(person)
    await revokeToken(source, { token: program.refreshToken })
    expect(await statusOf(program.bearer)).toBe(401)
    expect(await statusOf({ cookie: person.cookie })).toBe(200)
    expect(await auditActionsOn(program.sessionId)).toEqual(["session.created", "session.ended"])
  })

  test("for the id of a browser's session opens nothing", async () => {
    const { caller } = await createPerson()
    const { token } = await signAccessToken(subjectOf(caller.sessionId, caller))
    expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(401)
  })

  test("never outlives its sign-in", async () => {
    const { caller } = await createPerson()
    const subject = subjectOf(caller.sessionId, caller)
    const now = new Date()
    const soon = { ...subject, sessionExpiresAt: addDuration(now, seconds(100)) }
    const over = { ...subject, sessionExpiresAt: addDuration(now, -seconds(100)) }
    expect((await signAccessToken(soon, now)).expiresIn).toBeLessThanOrEqual(100)
    expect((await signAccessToken(over, now)).expiresIn).toBe(0)
  })
})

function subjectOf(
  sessionId: string,
  { user, organization }: { user: { id: string }; organization: { id: string } },
): TokenSubject {
  return {
    sessionId,
    userId: user.id,
    organizationId: organization.id,
    clientId: "cli",
    scope: ["ai:invoke"],
    authTime: new Date(),
    amr: ["google"],
    sessionExpiresAt: addDuration(new Date(), hours(24)),
  }
}

describe("two instances whose clocks differ", () => {
  test.each([-90, -60, 60])(
    "by %i s accept each other's tokens, none of them over before it began",
    async (by) => {
      const person = await createPerson()
      vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), seconds(by)) })
      const program = await createProgram(person)
      vi.useRealTimers()
      expect(await statusOf(program.bearer)).toBe(200)
      expect(program.expiresIn).toBe(3600)
      const refreshed = await refreshTokens(source, program)
      expect(refreshed.expiresIn).toBe(3600)
      expect(await statusOf({ authorization: `Bearer ${refreshed.accessToken}` })).toBe(200)
    },
  )
})

describe("a credential of another kind in the place of an access token", () => {
  test("is refused: a refresh token, a session cookie's text, an ID token of the provider", async () => {
    const person = await createPerson()
    const { refreshToken } = await createProgram(person)
    for (const token of [refreshToken, person.token, await idToken()]) {
      expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(401)
    }
  })

  test("does not make an access token of an API key, whatever its neighbours", async () => {
    const person = await createPerson()
    const [{ secret }, { accessToken }] = [await createKey(person), await createProgram(person)]
    for (const token of [
      `${secret}.`,
      `.${secret}`,
      `${secret}.${accessToken}`,
      `${accessToken}.${secret}`,
    ]) {
      expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(401)
    }
  })

  test("is no API key either: an access token and a refresh token as X-API-Key", async () => {
    const { accessToken, refreshToken } = await createProgram(await createPerson())
    for (const token of [accessToken, refreshToken]) expect(await statusOf({ "x-api-key": token })).toBe(401)
  })

  test("is no session cookie either", async () => {
    const person = await createPerson()
    const { accessToken, refreshToken } = await createProgram(person)
    for (const token of [accessToken, refreshToken]) {
      expect(await statusOf({ cookie: person.cookie.replace(person.token, token) })).toBe(401)
    }
  })
})

async function idToken(): Promise<string> {
  const { jwk, privateKey } = await createSigningKey()
  const { SignJWT } = await import("jose")
  return new SignJWT({ email: "ada@example.test" })
    .setProtectedHeader({ alg: "RS256", kid: String(jwk.kid), typ: "JWT" })
    .setIssuer("https://accounts.google.com")
    .setAudience("latchkey-test")
    .setSubject("1")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(privateKey)
}

describe("the Authorization header", () => {
  test.each(["Bearer", "bearer", "BEARER"])("names the scheme in any case: %s", async (scheme) => {
    const { accessToken } = await createProgram(await createPerson())
    expect(await statusOf({ authorization: `${scheme} ${accessToken}` })).toBe(200)
  })

  test.each<[string, (token: string) => string]>([
    ["a tab", (token) => `Bearer\t${token}`],
    ["no scheme", (token) => token],
    ["another scheme", (token) => `DPoP ${token}`],
    ["no token", () => "Bearer"],
    ["a percent sign", () => "Bearer %"],
    ["a broken escape", () => "Bearer %ZZ"],
    ["an escaped dot", (token) => `Bearer ${token.replace(".", "%2E")}`],
    ["letters beyond ASCII", (token) => `Bearer ${token}é`],
    ["quotes", (token) => `Bearer "${token}"`],
    ["the token twice", (token) => `Bearer ${token}, Bearer ${token}`],
    ["the token and another scheme", (token) => `Bearer ${token}, Basic dXNlcjpwYXNz`],
    ["64 kB", (token) => `Bearer ${token}${"a".repeat(64 * 1024)}`],
  ])("with %s is refused", async (_name, write) => {
    const { accessToken } = await createProgram(await createPerson())
    const { status, body, headers } = await callMe({ authorization: write(accessToken) })
    expect([status, body.code]).toEqual([401, "unauthenticated"])
    expect(headers.get("www-authenticate")).toBe(`${challenge}, error="invalid_token"`)
  })
})

describe("a token in the wrong place", () => {
  test("is not read: in the query", async () => {
    const { accessToken } = await createProgram(await createPerson())
    const answer = await call(me, { path: `/api/v1/me?access_token=${accessToken}` })
    expect(answer.status).toBe(401)
    expect(answer.headers.get("www-authenticate")).toBe(challenge)
    expect(JSON.stringify(answer.body)).not.toContain(accessToken)
  })

  test("is not read: in a form or in JSON", async () => {
    const { accessToken } = await createProgram(await createPerson())
    const bodies: [string, string][] = [
      ["application/x-www-form-urlencoded", `access_token=${accessToken}`],
      ["application/json", JSON.stringify({ access_token: accessToken, name: "Mine" })],
    ]
    for (const [type, body] of bodies) {
      const request = new Request("http://localhost:3000/api/v1/api-keys", {
        method: "POST",
        headers: { "content-type": type },
        body,
      })
      expect((await createApiKey(request, { params: Promise.resolve({}) })).status).toBe(401)
    }
  })
})

describe("the challenge", () => {
  test("names no error to who sent no credential", async () => {
    const { status, headers } = await callMe({})
    expect([status, headers.get("www-authenticate")]).toEqual([401, challenge])
  })

  test("names the scope that was missing, and nothing is done", async () => {
    const person = await createPerson()
    const program = await createProgram(person, { scope: ["api_keys:read"] })
    const { status, headers, body } = await call(createApiKey, {
      method: "POST",
      headers: program.bearer,
      body: { name: "Mine" },
    })
    expect([status, body.code]).toEqual([403, "forbidden"])
    expect(headers.get("www-authenticate")).toBe(
      `${challenge}, error="insufficient_scope", scope="api_keys:write"`,
    )
    expect(await db().apiKey.count({ where: { createdById: person.caller.user.id } })).toBe(0)
  })
})

describe("two credentials at once", () => {
  test("of which one is a cookie: the bearer token alone decides", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const program = await createProgram(grace)
    const headers = { cookie: ada.cookie, ...program.bearer }
    expect((await callMe(headers)).body).toMatchObject({
      user: { id: grace.caller.user.id },
      organization: { id: grace.caller.organization.id },
      session_id: program.sessionId,
    })
    const { body } = await call(sessions, { headers })
    expect(body.data.map(({ id }: { id: string }) => id).sort()).toEqual(
      [grace.caller.sessionId, program.sessionId].sort(),
    )
  })

  test("of which one is a cookie: a bearer token that is not good leaves nobody", async () => {
    const person = await createPerson()
    expect(await statusOf({ ...fromOurPages(person.cookie), authorization: "Bearer a.b.c" })).toBe(401)
    expect(await statusOf({ ...fromOurPages(person.cookie), authorization: "Basic dXNlcjpwYXNz" })).toBe(401)
    expect(await statusOf({ ...fromOurPages(person.cookie), authorization: "" })).toBe(401)
  })

  test("of which one is an API key are refused, whoever they belong to", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const { secret } = await createKey(ada)
    for (const person of [ada, grace]) {
      const { bearer } = await createProgram(person)
      const { status, body } = await callMe({ ...bearer, "x-api-key": secret })
      expect([status, body.code]).toEqual([400, "ambiguous_credentials"])
    }
  })
})

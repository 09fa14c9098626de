import { randomInt } from "node:crypto"
import { afterAll, describe, expect, test } from "vitest"
import * as unknownPath from "@/app/api/[...path]/route"
import { checkApiKey } from "@/lib/api-keys/check-api-key"
import { hashToken } from "@/lib/auth/opaque-token"
import { permissions } from "@/lib/auth/permissions"
import { db } from "@/lib/db"
import { addDuration, minutes } from "@/lib/duration"
import { runWithRequestContext } from "@/lib/http/request-context"
import { startDraining } from "@/lib/lifecycle"
import { requireWithin } from "@/lib/rate-limit/limit"
import { type PolicyName, policies } from "@/lib/rate-limit/policies"
import { apiOperations } from "@/lib/testing/api-operations"
import {
  answerName,
  departures,
  departuresFromCommon,
  documentedAnswers,
  documentedOperation,
  documentedOperations,
  exampleBody,
  takesForm,
} from "@/lib/testing/documented"
import { createKey, createPerson, createProgram, createSession, type Person } from "@/lib/testing/factories"
import { startSecretScanning } from "@/lib/testing/github-reports"
import { startHostileProvider } from "@/lib/testing/hostile-provider"
import { call, fromOurPages } from "@/lib/testing/requests"
import { heldLogin, providerAnswer, type WorkingCall, workingCall } from "@/lib/testing/working-calls"

// The document against the handlers: what they really answer must be what it says, field by field, and whatever
// it says must really be answered.

const google = await startHostileProvider()
process.env.AUTH_GOOGLE_ISSUER = google.issuer
process.env.ALLOW_TEST_ISSUER = "1"
afterAll(() => google.close())
const github = await startSecretScanning()
process.env.GITHUB_SECRET_SCANNING_KEYS_URL = github.url
afterAll(() => github.close())

const operations = await apiOperations()
const met = new Set<string>()

/** Calls an operation and fails when the answer is not as documented. */
async function answer(method: string, path: string, request: WorkingCall = {}) {
  const operation = operations.find((known) => known.method === method && known.path === path)
  if (!operation) throw new Error(`There is no ${method} ${path}.`)
  // GitHub signs what it sends.
  const signed = path === reportSecrets && typeof request.raw === "string" ? github.sign(request.raw) : {}
  const headers = { ...signed, ...request.headers }
  const received = await call(operation.handler, { path, ...request, headers, method })
  expect(departures(operation, received)).toEqual([])
  met.add(`${method} ${path} ${answerName(received)}`)
  return received
}

const keys = "/api/v1/api-keys"
const oneKey = "/api/v1/api-keys/{id}"
const revoke = "/api/v1/api-keys/{id}/revoke"
const rotate = "/api/v1/api-keys/{id}/rotate"
const reportSecrets = "/api/v1/secret-scanning/github"
const sessions = "/api/v1/sessions"
const oneSession = "/api/v1/sessions/{id}"
const login = "/api/v1/auth/{provider}/login"
const callback = "/api/v1/auth/{provider}/callback"
const token = "/api/v1/auth/token"
const refresh = "/api/v1/auth/refresh"
const revokeToken = "/api/v1/auth/revoke"
const introspect = "/api/v1/auth/introspect"
const stepUp = "/api/v1/auth/step-up"
const secondFactor = "/api/v1/auth/second-factor"
const revokeCredentials = "/api/v1/credentials/revoke"

async function owner() {
  const person = await createPerson()
  return { person, headers: fromOurPages(person.cookie) }
}

/** The credentials that an operation opens to, by the names of their schemes; none where it asks for none. */
function acceptedBy(operation: { method: string; path: string }): string[] {
  return (documentedOperation(operation)?.security ?? []).flatMap((requirement) => Object.keys(requirement))
}

/** The scope an access token needs for it. */
function scopeOf(operation: { method: string; path: string }): string[] {
  return (documentedOperation(operation)?.security ?? []).flatMap(({ oauth2 = [] }) => oauth2)
}

/** The request with a credential beside what it has. */
function withCredential(request: WorkingCall, credential: Record<string, string>): WorkingCall {
  const { headers = {} } = request
  const cookies = [headers.cookie, credential.cookie].flatMap((cookie) => cookie ?? [])
  const cookie: Record<string, string> = cookies.length > 0 ? { cookie: cookies.join("; ") } : {}
  return { ...request, headers: { ...headers, ...credential, ...cookie } }
}

const pkce = { code_challenge: "a".repeat(43), code_challenge_method: "S256" }
const cli = { client_id: "cli", redirect_uri: "http://127.0.0.1:8765/callback", ...pkce }

/** How an example that belongs to nobody is refused. */
function refusalOf(path: string): string {
  if (path === stepUp) return "second_factor_refused"
  return path === secondFactor ? "conflict" : "invalid_grant"
}

/** A limit that is used up for one address, as if it had been there all along. */
async function withoutRoom<T>(name: PolicyName, work: () => Promise<T>): Promise<T> {
  const clientAddress = `198.51.100.${randomInt(256)}`
  for (let left = policies[name]().limit; left > 0; left--) await requireWithin(name, clientAddress)
  return runWithRequestContext({ requestId: "test-request", clientAddress }, work)
}

describe("success is as documented", () => {
  test("for who is calling: a person, by session and by access token, and a key", async () => {
    const { person, headers } = await owner()
    const { secret } = await createKey(person)
    const { bearer } = await createProgram(person, { scope: ["ai:invoke"] })
    const types = []
    for (const credential of [headers, bearer, { "x-api-key": secret }]) {
      types.push((await answer("GET", "/api/v1/me", { headers: credential })).body.type)
    }
    expect(types).toEqual(["user", "user", "api_key"])
  })

  test("for a key in every state, alone and in a page", async () => {
    const { person, headers } = await owner()
    await createKey(person, { expiresAt: new Date(0) })
    const { id } = await createKey(person)
    await answer("POST", keys, { headers, body: { name: "CI", expires_at: "2099-01-01T00:00:00+02:00" } })
    await answer("POST", keys, { headers, body: { name: "CI", scopes: [] } })
    await answer("POST", revoke, { headers, params: { id }, body: { reason: "Old" } })
    await answer("GET", oneKey, { headers, params: { id } })
    const page = await answer("GET", keys, { headers, path: `${keys}?limit=3` })
    expect(page.body).toMatchObject({ has_more: true, next_cursor: expect.any(String) })
    const rest = await answer("GET", keys, { headers, path: `${keys}?cursor=${page.body.next_cursor}` })
    expect(rest.body.data).toMatchObject([{ status: "expired" }])
  })

  test("for revoking, with and without a body, and again", async () => {
    const { person, headers } = await owner()
    for (const [method, path] of [
      ["DELETE", oneKey],
      ["POST", revoke],
    ] as const) {
      const { id } = await createKey(person)
      await answer(method, path, { headers, params: { id } })
      expect((await answer(method, path, { headers, params: { id } })).body.status).toBe("revoked")
    }
  })

  test("for a sign-in in every state, of a browser and of a program", async () => {
    const { person, headers } = await owner()
    const { user, organization } = person.caller
    await createSession(user.id, organization.id, { expiresAt: new Date(1) })
    await createSession(user.id, organization.id, { lastSeenAt: new Date(0) })
    const { sessionId } = await createProgram(person)
    await answer("DELETE", oneSession, { headers, params: { id: sessionId } })
    const { body } = await answer("GET", sessions, { headers })
    expect(body.data.map((session: { end_reason: unknown }) => session.end_reason)).toEqual([
      "revoked",
      "idle",
      "expired",
      null,
    ])
  })

  test("for what a token is good for: an access token, a refresh token and none", async () => {
    const { person, headers } = await owner()
    const { accessToken, refreshToken } = await createProgram(person)
    const types = []
    for (const presented of [accessToken, refreshToken, "none"]) {
      types.push((await answer("POST", introspect, { headers, body: { token: presented } })).body.token_type)
    }
    expect(types).toEqual(["Bearer", "refresh_token", undefined])
  })

  test("for a sign-in by a browser, by a program and by somebody who is lost", async () => {
    expect((await answer("GET", login, { params: { provider: "google" } })).status).toBe(302)
    const request = await providerAnswer({ ...cli, state: "s" })
    const back = (await answer("GET", callback, request)).headers.get("location")
    expect(back).toMatch(/^http:\/\/127\.0\.0\.1:8765\/callback\?code=[\w-]+&state=s&iss=/)
    const again = await answer("GET", callback, withCredential(request, { accept: "text/html" }))
    expect(again.headers.get("location")).toContain("/sign-in/error?code=flow_expired")
  })

  test("for the documented examples of bodies, as JSON and as a form", async () => {
    for (const operation of documentedOperations()) {
      const { method, path } = operation
      const body = exampleBody(operation)
      if (!body) continue
      const { person, headers } = await owner()
      const { id } = await createKey(person)
      const { params = { id } } = await workingCall(operation, person)
      const ways = [{ body }, ...(takesForm(operation) ? [{ raw: new URLSearchParams({ ...body }) }] : [])]
      for (const way of ways) {
        const { status, body: received } = await answer(method, path, { headers, params, ...way })
        // The example of a grant, or of a second factor, is nobody's.
        if (status >= 300) expect([path, received.error ?? received.code]).toEqual([path, refusalOf(path)])
      }
    }
  })

  test("for health, readiness, metadata and the document itself", async () => {
    const paths = ["jwks.json", "oauth-authorization-server", "oauth-protected-resource"]
    for (const path of [
      "/healthz",
      "/readyz",
      "/api/v1/openapi.json",
      ...paths.map((name) => `/.well-known/${name}`),
    ]) {
      expect((await answer("GET", path)).status).toBe(200)
    }
  })
})

describe("the documented credentials", () => {
  test.each(documentedOperations())("for $method $path open it, and no others do", async (operation) => {
    const { method, path } = operation
    const accepted = acceptedBy(operation)
    const scopes = ["ai:invoke", ...scopeOf(operation)]
    const secretOf = async (person: Person) => (await createKey(person, { scopes })).secret
    // A person for each, because some operations end the others' sign-ins.
    const makers: Record<string, (person: Person) => Promise<Record<string, string>>> = {
      accessToken: async (person) => (await createProgram(person)).bearer,
      oauth2: async (person) => (await createProgram(person, { scope: scopeOf(operation) })).bearer,
      bearerApiKey: async (person) => ({ authorization: `Bearer ${await secretOf(person)}` }),
      headerApiKey: async (person) => ({ "x-api-key": await secretOf(person) }),
      sessionCookie: async (person) => fromOurPages(person.cookie),
    }
    for (const [name, make] of Object.entries(makers)) {
      const person = await createPerson()
      const request = withCredential(await workingCall(operation, person), await make(person))
      const { status } = await answer(method, path, request)
      const open = accepted.length === 0 || accepted.includes(name)
      expect([name, status < 300]).toEqual([name, open])
    }
    const { status } = await answer(method, path, await workingCall(operation, await createPerson()))
    expect(status < 300).toBe(accepted.length === 0)
  })

  test.each(documentedOperations().filter((operation) => scopeOf(operation).length > 0))(
    "for $method $path do not open it by an access token that lacks its scope",
    async (operation) => {
      const [needed] = scopeOf(operation)
      const person = await createPerson()
      const { bearer } = await createProgram(person, { scope: permissions.filter((name) => name !== needed) })
      const { method, path } = operation
      const refused = await answer(method, path, withCredential(await workingCall(operation, person), bearer))
      expect(refused.status).toBe(403)
      expect(refused.headers.get("www-authenticate")).toContain(
        `error="insufficient_scope", scope="${needed}"`,
      )
    },
  )
})

describe("failure is as documented", () => {
  const guarded = operations.filter((operation) => acceptedBy(operation).length > 0)

  test.each(guarded)(
    "for $method $path without, with a wrong and with two credentials",
    async (operation) => {
      const { method, path } = operation
      expect((await answer(method, path)).status).toBe(401)
      for (const authorization of ["Bearer x", "Bearer x.y.z"]) {
        expect((await answer(method, path, { headers: { authorization } })).status).toBe(401)
      }
      expect((await answer(method, path, { headers: { authorization: "x", "x-api-key": "x" } })).status).toBe(
        400,
      )
    },
  )

  test.each(guarded.filter(({ method }) => method !== "GET"))(
    "for $method $path from another site",
    async (operation) => {
      const { method, path } = operation
      const { cookie } = await createPerson()
      const refused = await answer(method, path, { headers: { cookie, origin: "https://elsewhere.test" } })
      expect(answerName(refused)).toBe("403 origin_not_allowed")
    },
  )

  test.each(guarded)(
    "for $method $path with a key from elsewhere, and with one that is over its limit",
    async (operation) => {
      const { method, path } = operation
      const person = await createPerson()
      const elsewhere = await createKey(person, { allowedCidrs: ["198.51.100.7/32"] })
      const busy = await createKey(person, { rateLimitPerMinute: 1 })
      await checkApiKey(busy.secret, { address: null })
      for (const [{ secret }, expected] of [
        [elsewhere, "403 address_not_allowed"],
        [busy, "429 rate_limited"],
      ] as const) {
        const refused = await answer(method, path, { headers: { "x-api-key": secret } })
        expect(answerName(refused)).toBe(expected)
      }
    },
  )

  test.each(guarded.filter(({ path }) => path !== stepUp))(
    "for $method $path by a sign-in that awaits its second factor",
    async (operation) => {
      const { method, path } = operation
      const person = await createPerson()
      const { bearer, sessionId } = await createProgram(person)
      await db().session.updateMany({
        where: { id: { in: [sessionId, person.caller.sessionId] } },
        data: { secondFactorPending: true },
      })
      const byCookie = await answer(method, path, { headers: fromOurPages(person.cookie) })
      expect(answerName(byCookie)).toBe("403 second_factor_required")
      const byToken = await answer(method, path, { headers: bearer })
      expect(answerName(byToken)).toBe("401 insufficient_user_authentication")
      expect(byToken.headers.get("www-authenticate")).toMatch(
        /error="insufficient_user_authentication".*, max_age=600$/,
      )
    },
  )

  const sensitive = guarded.filter((operation) =>
    documentedAnswers(operation).includes("403 step_up_required"),
  )

  test.each(sensitive)("for $method $path by a sign-in that is not fresh", async (operation) => {
    const { method, path } = operation
    const person = await createPerson()
    const authTime = addDuration(new Date(), -minutes(11))
    const request = await workingCall(operation, person)
    const { bearer } = await createProgram(person, { authTime })
    await db().session.updateMany({ where: { userId: person.caller.user.id }, data: { authTime } })
    const byCookie = await answer(method, path, withCredential(request, fromOurPages(person.cookie)))
    expect(answerName(byCookie)).toBe("403 step_up_required")
    const byToken = await answer(method, path, withCredential(request, bearer))
    expect(answerName(byToken)).toBe("401 insufficient_user_authentication")
  })

  test("for a second factor that is wrong, and one of many", async () => {
    const person = await createPerson()
    const headers = fromOurPages(person.cookie)
    const held = await heldLogin(person)
    const codes = []
    for (let count = 0; count < 6; count++) {
      codes.push(answerName(await answer("POST", stepUp, { headers, body: { code: "000000" } })))
    }
    expect(codes).toEqual([...Array(5).fill("400 second_factor_refused"), "429 rate_limited"])
    expect(answerName(await answer("POST", secondFactor, held))).toBe("429 rate_limited")

    const other = await heldLogin(await createPerson())
    const wrong = { ...other, body: { ...other.body, code: "000000" } }
    expect(answerName(await answer("POST", secondFactor, wrong))).toBe("400 second_factor_refused")
    const nobody = { ...other, headers: fromOurPages("") }
    expect(answerName(await answer("POST", secondFactor, nobody))).toBe("409 conflict")
    const elsewhere = { ...other, headers: { ...other.headers, origin: "https://elsewhere.test" } }
    expect(answerName(await answer("POST", secondFactor, elsewhere))).toBe("403 origin_not_allowed")
  })

  test("for a sign-in whose person has a second factor", async () => {
    const request = await providerAnswer()
    const first = await answer("GET", callback, request)
    const { sub } = (
      await answer("POST", introspect, {
        headers: { authorization: `Bearer ${first.body.access_token}` },
        body: { token: first.body.access_token },
      })
    ).body
    await db().user.update({
      where: { id: sub },
      data: { secondFactorSince: new Date() },
      select: { id: true },
    })
    const held = await answer(
      "GET",
      callback,
      withCredential(await providerAnswer(), { accept: "application/json" }),
    )
    expect(answerName(held)).toBe("400 interaction_required")
    expect(held.body.error_uri).toMatch(/\/sign-in\/second-factor\?login=[\w-]{43}$/)
    await db().user.update({ where: { id: sub }, data: { secondFactorSince: null }, select: { id: true } })
  })

  test("for an address that has used up its attempts", async () => {
    const google = { params: { provider: "google" } }
    for (const [policy, method, path, request] of [
      ["login", "GET", login, google],
      ["login", "GET", callback, google],
      ["token_failure", "POST", token, {}],
      ["token_failure", "POST", refresh, {}],
      ["token_failure", "POST", revokeToken, {}],
      ["token_failure", "POST", introspect, {}],
      ["report", "POST", revokeCredentials, {}],
      ["report", "POST", reportSecrets, {}],
    ] as const) {
      const refused = await withoutRoom(policy, () => answer(method, path, request))
      expect([path, answerName(refused)]).toEqual([path, "429 rate_limited"])
      expect(refused.headers.get("ratelimit")).toMatch(new RegExp(`^"${policy}";r=0;t=\\d+$`))
    }
  })

  test("for a key that is revoked, or one too many", async () => {
    const { person, headers } = await owner()
    const { organization } = person.caller
    const gone = await createKey(person, { revokedAt: new Date(0) })
    const recent = await createKey(person, { revokedAt: new Date() })
    const expired = await createKey(person, { expiresAt: new Date(0) })
    for (const verb of ["rotate", "suspend", "resume", "restore", "end-overlap"])
      expect(
        answerName(await answer("POST", `${oneKey}/${verb}`, { headers, params: { id: gone.id } })),
      ).toBe("409 conflict")
    expect(
      answerName(await answer("PATCH", oneKey, { headers, params: { id: gone.id }, body: { name: "x" } })),
    ).toBe("409 conflict")
    const finding = "POST /api/v1/api-keys/{id}/findings/{finding_id}/answer"
    const [method = "", path = ""] = finding.split(" ")
    const request = { ...(await workingCall({ method, path }, person)), headers }
    await answer(method, path, request)
    expect(answerName(await answer(method, path, request))).toBe("409 conflict")

    await db().apiKey.createMany({
      data: Array.from({ length: 50 }, (_, index) => ({
        organizationId: organization.id,
        createdById: person.caller.user.id,
        name: "Many",
        hash: hashToken(`${organization.id} ${index}`),
        lastFour: "many",
      })),
    })
    for (const refused of [
      await answer("POST", keys, { headers, body: { name: "x" } }),
      await answer("POST", `${oneKey}/restore`, { headers, params: { id: recent.id } }),
      await answer("PATCH", oneKey, { headers, params: { id: expired.id }, body: { expires_at: null } }),
    ])
      expect(answerName(refused)).toBe("409 limit_reached")
  })

  test("for an Idempotency-Key that is in use, and one that was used for something else", async () => {
    for (const [path, bodies] of [
      [keys, [{ name: "one" }, { name: "two" }]],
      [rotate, [{ overlap_seconds: 1 }, { overlap_seconds: 2 }]],
    ] as const) {
      const { person, headers } = await owner()
      const { user, organization } = person.caller
      const { id } = await createKey(person)
      const send = (body: object) =>
        answer("POST", path, { headers: { ...headers, "idempotency-key": "k" }, params: { id }, body })
      const name = `idempotency ${organization.id} ${user.id} k`
      await db().$transaction(async (tx) => {
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))::text`
        expect(answerName(await send(bodies[0]))).toBe("409 idempotency_key_in_use")
      })
      expect((await send(bodies[0])).status).toBe(201)
      expect((await send(bodies[0])).body.api_key).toBe(null)
      expect(answerName(await send(bodies[1]))).toBe("422 idempotency_key_reused")
    }
  })

  test("for a report of secrets that is not signed, or cannot be taken", async () => {
    expect((await answer("POST", reportSecrets)).status).toBe(401)
    expect(answerName(await answer("POST", reportSecrets, { raw: "{" }))).toBe("400 bad_request")
    expect(answerName(await answer("POST", reportSecrets, { raw: "{}" }))).toBe("400 invalid_input")
    expect((await answer("POST", reportSecrets, { raw: `"${"a".repeat(1024 * 1024)}"` })).status).toBe(413)
  })

  test("for what a member and a key may not do", async () => {
    const { person } = await owner()
    const organizationId = person.caller.organization.id
    const member: Person = await createPerson({ role: "member", organizationId })
    const { id, secret } = await createKey(person)
    for (const headers of [fromOurPages(member.cookie), { "x-api-key": secret }] as Record<
      string,
      string
    >[]) {
      for (const [method, path] of [
        ["POST", keys],
        ["PATCH", oneKey],
        ["DELETE", oneKey],
        ...["revoke", "restore", "rotate", "suspend", "resume", "end-overlap"].map(
          (verb) => ["POST", `${oneKey}/${verb}`] as const,
        ),
        ["POST", `${oneKey}/findings/{finding_id}/answer`],
      ] as const) {
        const body = exampleBody({ method, path })
        const params: Record<string, string> = path.includes("finding_id") ? { id, finding_id: id } : { id }
        const refused = await answer(method, path, { headers, params, body })
        expect([method, path, refused.status]).toEqual([method, path, 403])
      }
    }
  })

  test("for what is not there and what nobody can do", async () => {
    const { headers } = await owner()
    for (const { method, path } of operations.filter((operation) => operation.path.includes("{"))) {
      // GitHub is not configured here.
      for (const params of [
        { id: "x", finding_id: "x", provider: "github" },
        { id: "../me", finding_id: "../me", provider: "x" },
        { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", finding_id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", provider: "x" },
      ]) {
        const body = exampleBody({ method, path })
        expect((await answer(method, path, { headers, params, body })).status).toBe(404)
      }
    }
    expect(departuresFromCommon("NotFound", await call(unknownPath.GET))).toEqual([])
  })

  test("for a method that a path does not have, of an OAuth endpoint too", async () => {
    for (const { DELETE } of [await import("./me/route"), await import("./auth/token/route")]) {
      const refused = await call(DELETE, { method: "DELETE" })
      expect(refused.status).toBe(405)
      expect(departuresFromCommon("MethodNotAllowed", refused)).toEqual([])
    }
  })

  test.each(operations.filter(exampleBody))(
    "for $method $path with a body that cannot be taken",
    async ({ method, path }) => {
      const { person, headers } = await owner()
      const { params = {} } = await workingCall({ method, path }, person)
      const refused = async (request: WorkingCall, more = {}) =>
        (await answer(method, path, { headers: { ...headers, ...more }, params, ...request })).status
      const json = { "content-type": "application/json" }
      const objects = Object.keys(exampleBody({ method, path }) ?? {}).map((name) => [name, {}])
      expect(await refused({ body: Object.fromEntries(objects) })).toBe(400)
      expect(await refused({ raw: "{" }, json)).toBe(400)
      expect(await refused({ raw: '{"name":"a","name":"b"}' }, json)).toBe(400)
      expect(await refused({ body: { name: "a".repeat(70_000) } })).toBe(413)
      expect(await refused({ body: {} }, { "content-type": "text/plain" })).toBe(415)
    },
  )

  test("for a query that cannot be taken", async () => {
    const { headers } = await owner()
    const { id } = await createKey(await createPerson())
    for (const path of [`${oneKey}/usage`, `${oneKey}/findings`]) {
      const refused = await answer("GET", path, { headers, params: { id }, path: `${path}?limit=0` })
      expect(refused.status).toBe(400)
    }
    for (const path of [keys, sessions]) {
      expect((await answer("GET", path, { headers, path: `${path}?limit=0` })).status).toBe(400)
    }
    for (const path of [login, callback]) {
      const twice = { params: { provider: "google" }, path: `${path}?state=a&state=b` }
      expect((await answer("GET", path, twice)).body.error).toBe("invalid_request")
    }
  })

  test.each([
    [{ response_type: "token" }, {}, "400 invalid_request"],
    [{ ...cli, redirect_uri: "https://elsewhere.test/" }, {}, "400 invalid_request"],
    [{ ...cli, client_id: "x" }, {}, "400 invalid_client"],
    [{ scope: "everything" }, {}, "400 invalid_scope"],
    [{}, { "sec-fetch-site": "cross-site" }, "403 invalid_request"],
  ])("for a sign-in that is begun with %j %j", async (query, headers, expected) => {
    const path = `${login}?${new URLSearchParams(query as Record<string, string>)}`
    const params = { provider: "google" }
    expect(answerName(await answer("GET", login, { path, headers, params }))).toBe(expected)
  })

  test("for a sign-in that is refused, and one that nobody began", async () => {
    const request = await providerAnswer()
    const { state = "" } = Object.fromEntries(new URLSearchParams(request.path?.split("?")[1]))
    const path = `${callback}?${new URLSearchParams({ state, error: "access_denied", iss: google.issuer })}`
    expect((await answer("GET", callback, { ...request, path })).body.error).toBe("access_denied")
    expect((await answer("GET", callback, request)).body.error).toBe("access_denied")
    const unseen = { ...request, headers: { ...request.headers, "sec-fetch-dest": "image" } }
    expect(answerName(await answer("GET", callback, unseen))).toBe("403 invalid_request")
    const twice = { ...request, path: `${request.path}&state=${state}` }
    expect((await answer("GET", callback, twice)).body.error).toBe("invalid_request")
  })

  test.each([
    [token, {}, "invalid_request"],
    [token, { grant_type: "authorization_code", client_id: "cli" }, "invalid_request"],
    [token, { grant_type: "password" }, "unsupported_grant_type"],
    [token, { grant_type: "refresh_token", client_id: "spa" }, "invalid_grant"],
    [token, { grant_type: "refresh_token", client_id: "cli", scope: "everything" }, "invalid_scope"],
    [refresh, { client_id: "spa" }, "invalid_grant"],
    [refresh, { scope: "everything" }, "invalid_scope"],
    [revokeToken, { client_id: "spa" }, "invalid_grant"],
    [revokeToken, { token: "both" }, "invalid_request"],
  ])("for %s with a good refresh token and %j", async (path, fields, expected) => {
    const { refreshToken } = await createProgram(await createPerson())
    const refused = await answer("POST", path, { body: { refresh_token: refreshToken, ...fields } })
    expect(answerName(refused)).toBe(`400 ${expected}`)
  })

  test("for a process that is about to stop", async () => {
    startDraining()
    expect((await answer("GET", "/readyz")).status).toBe(503)
  })
})

/** The statuses that nothing above can bring about, and where they are shown. */
const shownElsewhere: Record<string, string> = {
  408: "a body that takes ten seconds: lib/http/body.test.ts",
  500: "a fault of ours: lib/http/{route,oauth-route}.test.ts",
  503: "an outage: app/api/v1/openapi.json/route.test.ts",
}

test.each(documentedOperations())("every answer documented for $method $path is real", (operation) => {
  const unmet = documentedAnswers(operation).filter(
    (name) => !met.has(`${operation.method} ${operation.path} ${name}`) && !shownElsewhere[name.slice(0, 3)],
  )
  expect(unmet).toEqual([])
})

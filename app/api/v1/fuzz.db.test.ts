import fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { db } from "@/lib/db"
import { seconds } from "@/lib/duration"
import { env } from "@/lib/env"
import { apiOperations, type Operation } from "@/lib/testing/api-operations"
import { departures, documentedOperation, exampleBody } from "@/lib/testing/documented"
import { createKey, createPerson, createProgram, createSession } from "@/lib/testing/factories"
import { startHostileProvider } from "@/lib/testing/hostile-provider"
import { junkBody, junkHeaders, junkPart, junkQuery, nastyTexts } from "@/lib/testing/junk"
import { fromOurPages } from "@/lib/testing/requests"

// Whatever is sent and whoever sends it: no fault of ours, an answer the document describes, and no row but
// those that a success tells of.

const RUNS = 300
const TIME_MAX = seconds(2)

const google = await startHostileProvider()
Object.assign(process.env, {
  AUTH_GOOGLE_ISSUER: google.issuer,
  ALLOW_TEST_ISSUER: "1",
  AUTH_GITHUB_ID: "fuzz",
  AUTH_GITHUB_SECRET: "fuzz",
})
afterAll(() => google.close())

type Junk = {
  credential: Record<string, string>
  headers: Record<string, string>
  type: string
  id: string
  provider: string
  query: string
  body: string | Uint8Array<ArrayBuffer>
}

const [ada, grace, alan] = [await createPerson(), await createPerson(), await createPerson()]
const [mine, foreign] = [await createKey(ada), await createKey(grace)]
const { secret } = await createKey(ada)
const session = fromOurPages(ada.cookie)
// Of somebody whose sign-ins nobody else can end.
const { bearer } = await createProgram(alan)
const credentials: Record<string, string>[] = [session, { "x-api-key": secret }, bearer, {}]

const { user, organization } = ada.caller
const ids = [mine.id, foreign.id, grace.caller.sessionId, (await createSession(user.id, organization.id)).id]

/** What an operation makes when it succeeds, by table. */
const makes: Record<string, string> = {
  "POST /api/v1/api-keys": "api_keys",
  "POST /api/v1/api-keys/{id}/rotate": "previous_api_key_secrets",
  "GET /api/v1/auth/{provider}/login": "login_flows",
  "POST /api/v1/auth/token": "refresh_tokens",
  "POST /api/v1/auth/refresh": "refresh_tokens",
}

async function countRows(): Promise<Record<string, number>> {
  const [counts = {}] = await db().$queryRaw<Record<string, number>[]>`
    SELECT
      (SELECT count(*)::int FROM users) AS users,
      (SELECT count(*)::int FROM organizations) AS organizations,
      (SELECT count(*)::int FROM api_keys) AS api_keys,
      (SELECT count(*)::int FROM previous_api_key_secrets) AS previous_api_key_secrets,
      (SELECT count(*)::int FROM sessions) AS sessions,
      (SELECT count(*)::int FROM refresh_tokens) AS refresh_tokens,
      (SELECT count(*)::int FROM authorization_codes) AS authorization_codes,
      (SELECT count(*)::int FROM login_flows) AS login_flows`
  return counts
}

let rows = await countRows()
const seen = new Set<number>()

async function send({ handler, method, path }: Operation, junk: Junk) {
  const { id, provider } = junk
  const url = new URL(path.replace(/\{\w+\}/g, "x") + junk.query, env().APP_URL)
  const request = new Request(url, {
    method,
    headers: { "content-type": junk.type, ...junk.credential, ...junk.headers },
    ...(method === "GET" ? {} : { body: junk.body }),
  })
  const response = await handler(request, { params: Promise.resolve({ id, provider, finding_id: id }) })
  const body = await response.json().catch(() => null)
  return { status: response.status, headers: response.headers, body }
}

async function expectHonestAnswer(operation: Operation, junk: Junk): Promise<void> {
  const answer = await send(operation, junk)
  const { status, headers, body } = answer
  seen.add(status)
  expect(status).toBeLessThan(500)
  expect(departures(operation, answer)).toEqual([])
  if (status >= 400) {
    const problem = { status, request_id: headers.get("x-request-id") }
    const refusal = { error: expect.any(String), error_description: expect.any(String) }
    expect(body).toMatchObject(isOAuth(operation) ? refusal : problem)
  }
  const before = rows
  rows = await countRows()
  const name = makes[`${operation.method} ${operation.path}`] ?? ""
  if (status >= 400) expect(rows).toEqual(before)
  else expect({ ...rows, [name]: 0 }).toEqual({ ...before, [name]: 0 })
  if (status === 201 && !headers.has("idempotent-replayed")) expect(rows[name]).toBe((before[name] ?? 0) + 1)
}

/** Whether it is an endpoint that answers errors as RFC 6749 wants it. */
function isOAuth({ path }: Operation): boolean {
  const ours = ["introspect", "step-up", "second-factor"].map((name) => `/api/v1/auth/${name}`)
  return path.startsWith("/api/v1/auth/") && !ours.includes(path)
}

/** A body that works; with a refresh token that does, where one is asked for. */
async function goodBody(operation: Operation): Promise<object> {
  const example = exampleBody(operation) ?? {}
  const { refreshToken } = await createProgram(grace)
  if (operation.path.endsWith("/auth/token"))
    return { grant_type: "refresh_token", client_id: "cli", refresh_token: refreshToken, scope: "ai:invoke" }
  return "refresh_token" in example ? { refresh_token: refreshToken } : example
}

/** The body that works, and it again with each field once replaced by each nasty text. */
function likelyToGetFar(body: object): string[] {
  const replaced = Object.keys(body).flatMap((name) => nastyTexts.map((text) => ({ ...body, [name]: text })))
  return [body, ...replaced].map((any) => JSON.stringify(any))
}

/** Each parameter of the query once with each nasty text. */
function likelyToBeRead(names: string[]): string[] {
  const pairs = names.flatMap((name) => nastyTexts.map((text) => ({ [name]: text })))
  return ["", ...pairs.map((pair) => `?${new URLSearchParams(pair)}`)]
}

function queryNames(operation: Operation): string[] {
  return (documentedOperation(operation)?.parameters ?? []).flatMap((parameter) =>
    "in" in parameter && parameter.in === "query" ? [parameter.name] : [],
  )
}

describe.each(await apiOperations())("$method $path", (operation) => {
  test("answers junk as documented and keeps nothing of it", async () => {
    const body = await goodBody(operation)
    rows = await countRows()
    const names = queryNames(operation)
    const types = ["application/json", "application/x-www-form-urlencoded"]
    const junk: fc.Arbitrary<Junk> = fc.record({
      credential: fc.constantFrom(...credentials),
      headers: junkHeaders,
      type: fc.constantFrom(...types),
      id: junkPart(ids),
      provider: junkPart(["google", "github"]),
      query: junkQuery(names),
      body: junkBody(body),
    })
    const common = { credential: session, headers: {}, type: "application/json", provider: "google" }
    const examples = [
      ...likelyToGetFar(body).map((text) => ({ ...common, id: mine.id, query: "", body: text })),
      ...likelyToBeRead(names).map((query) => ({ ...common, id: mine.id, query, body: "" })),
    ].map((example): [Junk] => [example])
    const deadline = Date.now() + TIME_MAX
    const property = fc.asyncProperty(junk, async (request) => {
      if (Date.now() < deadline) await expectHonestAnswer(operation, request)
    })
    await fc.assert(property, { numRuns: RUNS, examples })
  })
})

test("the junk met every kind of answer", () => {
  expect([...seen]).toEqual(expect.arrayContaining([200, 201, 302, 400, 401, 403, 404]))
})

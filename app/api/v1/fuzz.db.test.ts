import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { db } from "@/lib/db"
import { seconds } from "@/lib/duration"
import { env } from "@/lib/env"
import { apiOperations, type Operation } from "@/lib/testing/api-operations"
import { departures, exampleBody } from "@/lib/testing/documented"
import { createKey, createPerson } from "@/lib/testing/factories"
import { junkBody, junkHeaders, junkId, junkQuery, nastyTexts } from "@/lib/testing/junk"
import { fromOurPages } from "@/lib/testing/requests"

// Whatever is sent and whoever sends it: no fault of ours, an answer the document describes, and no row but
// those that a 201 tells of.

const RUNS = 300
const TIME_MAX = seconds(2)

type Junk = {
  credential: Record<string, string>
  headers: Record<string, string>
  id: string
  query: string
  body: string | Uint8Array<ArrayBuffer>
}

const [ada, grace] = [await createPerson(), await createPerson()]
const [mine, foreign] = [await createKey(ada), await createKey(grace)]
const { secret } = await createKey(ada)
const session = fromOurPages(ada.cookie)
const credentials: Record<string, string>[] = [session, { "x-api-key": secret }, {}]

let rows = await db().apiKey.count()
const seen = new Set<number>()

async function send({ handler, method, path }: Operation, junk: Junk) {
  const request = new Request(new URL(path.replace("{id}", "x") + junk.query, env().APP_URL), {
    method,
    headers: { "content-type": "application/json", ...junk.credential, ...junk.headers },
    ...(method === "GET" ? {} : { body: junk.body }),
  })
  const response = await handler(request, { params: Promise.resolve({ id: junk.id }) })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

async function expectHonestAnswer(operation: Operation, junk: Junk): Promise<void> {
  const answer = await send(operation, junk)
  const { status, headers, body } = answer
  seen.add(status)
  expect(status).toBeLessThan(500)
  expect(departures(operation, answer)).toEqual([])
  if (status >= 400) {
    expect(headers.get("content-type")).toBe("application/problem+json")
    expect(body).toMatchObject({ status, request_id: headers.get("x-request-id") })
  }
  const created = (await db().apiKey.count()) - rows
  rows += created
  expect(created).toBe(status === 201 ? 1 : 0)
}

/** The body that works, and it again with each field once replaced by each nasty text. */
function likelyToGetFar(body: object): string[] {
  const replaced = Object.keys(body).flatMap((name) => nastyTexts.map((text) => ({ ...body, [name]: text })))
  return [body, ...replaced].map((any) => JSON.stringify(any))
}

describe.each(await apiOperations())("$method $path", (operation) => {
  test("answers junk as documented and keeps nothing of it", async () => {
    const body = exampleBody(operation) ?? {}
    const junk: fc.Arbitrary<Junk> = fc.record({
      credential: fc.constantFrom(...credentials),
      headers: junkHeaders,
      id: junkId([mine.id, foreign.id]),
      query: junkQuery,
      body: junkBody(body),
    })
    const examples = likelyToGetFar(body).map((text): [Junk] => [
      { credential: session, headers: {}, id: mine.id, query: "", body: text },
    ])
    const deadline = Date.now() + TIME_MAX
    const property = fc.asyncProperty(junk, async (request) => {
      if (Date.now() < deadline) await expectHonestAnswer(operation, request)
    })
    await fc.assert(property, { numRuns: RUNS, examples })
  })
})

test("the junk met every kind of answer", () => {
  expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404]))
})

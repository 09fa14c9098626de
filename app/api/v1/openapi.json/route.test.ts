import { Validator } from "@seriousme/openapi-schema-validator"
import { describe, expect, test } from "vitest"
import { generateCheckedToken } from "@/lib/auth/checked-token"
import { authCookies, loginCookie } from "@/lib/auth/cookies"
import { generateOpaqueToken } from "@/lib/auth/opaque-token"
import { env } from "@/lib/env"
import { openApiDocument } from "@/lib/openapi/document"
import { apiOperations } from "@/lib/testing/api-operations"
import {
  departures,
  documentedOperation,
  documentedOperations,
  exampleBody,
  schemaFaults,
} from "@/lib/testing/documented"
import { call, fromOurPages } from "@/lib/testing/requests"
import { GET } from "./route"

// No more a provider than the database of these tests is one.
process.env.AUTH_GOOGLE_ISSUER = "http://127.0.0.1:9"
process.env.GITHUB_SECRET_SCANNING_KEYS_URL = "http://127.0.0.1:9"
process.env.ALLOW_TEST_ISSUER = "1"

const sentence = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

test("is served to everybody", async () => {
  const { status, headers, body } = await call(GET)
  expect([status, headers.get("content-type")]).toEqual([200, "application/json"])
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
  expect(body.servers).toEqual([{ url: env().APP_URL }])
})

test("is valid OpenAPI 3.1", async () => {
  const { body } = await call(GET)
  const validator = new Validator()
  expect(await validator.validate(body)).toEqual({ valid: true })
  expect(validator.version).toBe("3.1")
})

test("describes every operation there is, and no other", async () => {
  const existing = (await apiOperations()).map(sentence)
  expect(existing).toContain("POST /api/v1/api-keys/{id}/revoke")
  expect(documentedOperations().map(sentence).sort()).toEqual(existing.sort())
})

describe.each(documentedOperations())("$method $path", (operation) => {
  const documented = documentedOperation(operation)

  test("declares each parameter of its path and says who may call", () => {
    const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const declared = (documented?.parameters ?? []).flatMap((parameter) =>
      "in" in parameter && parameter.in === "path" ? [parameter.name] : [],
    )
    expect(declared).toEqual(inPath)
    const schemes = Object.keys(openApiDocument().components?.securitySchemes ?? {})
    for (const requirement of documented?.security ?? [{ missing: [] }]) {
      expect(schemes).toEqual(expect.arrayContaining(Object.keys(requirement)))
    }
  })

  test("has a name of its own", () => {
    const names = documentedOperations().map((other) => documentedOperation(other)?.operationId)
    expect(names.filter((name) => name === documented?.operationId)).toHaveLength(1)
  })

  test("gives examples that fit their schemas", () => {
    for (const body of [documented?.requestBody, ...Object.values(documented?.responses ?? {})]) {
      for (const { schema, example, examples = {} } of Object.values(body?.content ?? {}) as Media[]) {
        const values = [...(example ? [example] : []), ...Object.values(examples).map(({ value }) => value)]
        for (const value of values) expect(schemaFaults(schema, value)).toEqual([])
      }
    }
  })
})

describe("an outage", () => {
  const refreshToken = generateCheckedToken("rt_")
  const signedIn = `${authCookies().sessionToken.name}=${generateOpaqueToken()}`
  const states = ["x", "a".repeat(43)]
  const underWay = states.map((state) => `${loginCookie(state).name}=${generateOpaqueToken()}`).join("; ")
  const id = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"
  // By a key that is to be fetched first.
  const signed = { "github-public-key-identifier": "x", "github-public-key-signature": "MEUC" }
  const query: Record<string, string> = { "/api/v1/auth/{provider}/callback": "?state=x" }

  test.each(documentedOperations().filter((operation) => documentedOperation(operation)?.responses?.["503"]))(
    "is told by $method $path as documented, and ends no sign-in",
    async (operation) => {
      const { method, path } = operation
      const handler = (await apiOperations()).find(
        (known) => sentence(known) === sentence(operation),
      )?.handler
      const answer = await call(handler ?? GET, {
        method,
        path: path + (query[path] ?? ""),
        headers: { ...fromOurPages(`${signedIn}; ${underWay}`), ...signed, accept: "application/json" },
        params: { id, finding_id: id, provider: "google" },
        body: withToken(exampleBody(operation), refreshToken),
      })
      expect(answer.status).toBe(503)
      expect(departures(operation, answer)).toEqual([])
      expect(answer.headers.getSetCookie()).toEqual([])
    },
  )
})

/** The body with a token whose checksum is right: others are refused without the database. */
function withToken(body: object | undefined, token: string): object | undefined {
  const names = Object.keys(body ?? {}).filter((name) => ["token", "refresh_token"].includes(name))
  return body && { ...body, ...Object.fromEntries(names.map((name) => [name, token])) }
}

type Media = { schema: unknown; example?: unknown; examples?: Record<string, { value: unknown }> }

import { Validator } from "@seriousme/openapi-schema-validator"
import { describe, expect, test } from "vitest"
import { env } from "@/lib/env"
import { openApiDocument } from "@/lib/openapi/document"
import { apiOperations } from "@/lib/testing/api-operations"
import { documentedOperation, documentedOperations, schemaFaults } from "@/lib/testing/documented"
import { call } from "@/lib/testing/requests"
import { GET } from "./route"

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

type Media = { schema: unknown; example?: unknown; examples?: Record<string, { value: unknown }> }

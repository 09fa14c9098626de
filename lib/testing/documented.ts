import { Ajv2020, type ValidateFunction } from "ajv/dist/2020"
import type { oas31 } from "zod-openapi"
import { openApiDocument } from "../openapi/document"
import type { Operation } from "./api-operations"

type Answer = { status: number; headers: Headers; body: unknown }

/** Every operation of the document, spelled as apiOperations() spells it. */
export function documentedOperations(): Pick<Operation, "method" | "path">[] {
  return Object.entries(openApiDocument().paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({ method: method.toUpperCase(), path })),
  )
}

export function documentedOperation({ method, path }: Pick<Operation, "method" | "path">) {
  const item = openApiDocument().paths?.[path]
  return item?.[method.toLowerCase() as "get" | "post" | "delete"]
}

/** A body that the document says works; undefined where there is none. */
export function exampleBody(operation: Pick<Operation, "method" | "path">): object | undefined {
  const body = documentedOperation(operation)?.requestBody
  return body && "content" in body ? body.content["application/json"]?.example : undefined
}

/** Where an answer departs from what the document says of it; empty when it keeps its word, field by field. */
export function departures(operation: Pick<Operation, "method" | "path">, answer: Answer): string[] {
  const responses = documentedOperation(operation)?.responses
  return departuresFrom(responses?.[String(answer.status) as "200"], answer)
}

/** The same for an answer of any path, which `components.responses` describes. */
export function departuresFromCommon(name: "NotFound" | "MethodNotAllowed", answer: Answer): string[] {
  return departuresFrom(openApiDocument().components?.responses?.[name], answer)
}

function departuresFrom(
  documented: oas31.ResponseObject | oas31.ReferenceObject | undefined,
  { status, headers, body }: Answer,
): string[] {
  const response = documented as oas31.ResponseObject | undefined
  if (!response) return [`the status ${status}`]
  const type = headers.get("content-type") ?? "no content type"
  const media = response.content?.[type]
  if (!media) return [`the content type ${type}`]
  const code = (body as { code?: string } | null)?.code
  return [
    ...headerDepartures(Object.keys(response.headers ?? {}), headers),
    ...(type === "application/problem+json" && !(code && media.examples?.[code]) ? [`the code ${code}`] : []),
    ...schemaFaults(media.schema, body),
  ]
}

const announcedHeaders = ["x-request-id", "www-authenticate", "allow", "retry-after"]

function headerDepartures(documented: string[], headers: Headers): string[] {
  const expected = documented.map((name) => name.toLowerCase())
  return announcedHeaders
    .filter((name) => headers.has(name) !== expected.includes(name))
    .map((name) => `the header ${name}: ${headers.get(name)}`)
}

// The times are checked by the pattern beside their format.
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { "date-time": true, uri: true } })
const validators = new Map<unknown, ValidateFunction>()

/** Where a value departs from a schema of the document; in closed form, so that an undocumented field is one. */
export function schemaFaults(schema: unknown, value: unknown): string[] {
  const validate = validators.get(schema) ?? compile(schema)
  validate(value)
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

function compile(schema: unknown): ValidateFunction {
  const { components } = openApiDocument()
  const root = { ...(schema as object), components: { schemas: components?.schemas } }
  const validate = ajv.compile(closed(root) as object)
  validators.set(schema, validate)
  return validate
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== "object" || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, inner]) => [key, closed(inner)]))
  return "properties" in copy ? { additionalProperties: false, ...copy } : copy
}

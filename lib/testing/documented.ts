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

/** A body that the document gives as an example; undefined where there is none. */
export function exampleBody(operation: Pick<Operation, "method" | "path">): object | undefined {
  return bodyMedia(operation)["application/json"]?.example
}

/** Whether the body may be a form, as OAuth sends it. */
export function takesForm(operation: Pick<Operation, "method" | "path">): boolean {
  return "application/x-www-form-urlencoded" in bodyMedia(operation)
}

function bodyMedia(operation: Pick<Operation, "method" | "path">) {
  const body = documentedOperation(operation)?.requestBody
  return body && "content" in body ? body.content : {}
}

/** Every answer the document tells of: `200`, and `400 invalid_grant` where answers of a status have codes. */
export function documentedAnswers(operation: Pick<Operation, "method" | "path">): string[] {
  const responses: Record<string, oas31.ResponseObject> = documentedOperation(operation)?.responses ?? {}
  return Object.entries(responses).flatMap(([status, { content = {} }]) => {
    const codes = Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples))
    return codes.length === 0 ? [status] : codes.map((code) => `${status} ${code}`)
  })
}

/** A received answer, spelled the same way. */
export function answerName({ status, body }: Pick<Answer, "status" | "body">): string {
  const code = codeOf(body)
  return code && status >= 400 ? `${status} ${code}` : String(status)
}

function codeOf(body: unknown): string | undefined {
  const { code, error } = (body ?? {}) as { code?: string; error?: string }
  return code ?? error
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
  return [
    ...headerDepartures(response.headers ?? {}, headers),
    ...bodyDepartures(response.content ?? {}, { type: headers.get("content-type"), body }),
  ]
}

function bodyDepartures(
  content: oas31.ContentObject,
  { type, body }: { type: string | null; body: unknown },
): string[] {
  if (type === null && Object.keys(content).length === 0) return body === null ? [] : ["a body"]
  const media = content[type ?? ""]
  if (!media) return [`the content type ${type}`]
  const code = codeOf(body) ?? ""
  return [
    ...(media.examples && !media.examples[code] ? [`the code ${code}`] : []),
    ...schemaFaults(media.schema, body),
  ]
}

const announcedHeaders = ["x-request-id", "www-authenticate", "allow", "retry-after", "location"]

function headerDepartures(
  documented: NonNullable<oas31.ResponseObject["headers"]>,
  headers: Headers,
): string[] {
  const required = Object.entries(documented).flatMap(([name, header]) =>
    isRequired(header) ? [name.toLowerCase()] : [],
  )
  const known = Object.keys(documented).map((name) => name.toLowerCase())
  const missing = required.filter((name) => !headers.has(name))
  const unknown = announcedHeaders.filter((name) => headers.has(name) && !known.includes(name))
  return [...missing, ...unknown].map((name) => `the header ${name}: ${headers.get(name)}`)
}

function isRequired(header: oas31.HeaderObject | oas31.ReferenceObject): boolean {
  const name = header.$ref?.replace("#/components/headers/", "")
  const resolved = name === undefined ? header : openApiDocument().components?.headers?.[name]
  return (resolved as oas31.HeaderObject | undefined)?.required ?? false
}

// Checked by the patterns beside the formats.
const formats = { "date-time": true, uri: true, ipv4: true, ipv6: true } as const
const ajv = new Ajv2020({ strict: false, allErrors: true, formats })
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

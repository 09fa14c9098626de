import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { ApiKeyOutcome, FindingAnswer, FindingSeverity } from "@/prisma/generated/enums"
import { apiKeyIdSchema } from "../api-keys/api-keys.schema"
import { POINTS_MAX, RECENT_MAX, resolutions, usageQuerySchema } from "../usage/usage.schema"
import { answerFindingBodySchema, findingIdSchema, listFindingsSchema } from "../watchman/findings.schema"
import { apiKeySchema, exampleKey, newSecretSchema, withBody } from "./api-key-schemas"
import { everyCall, jsonBody, jsonResponse, pageOf, problems, time } from "./responses"
import { personOnly } from "./security"

const count = () => z.int().nonnegative()
const totals = {
  requests: count(),
  succeeded: count(),
  client_errors: count(),
  server_errors: count(),
  refused: count().describe("By the key's own state or limits."),
}
const outcome = z.enum(ApiKeyOutcome)

const usageSchema = z
  .object({
    resolution: z.enum(resolutions),
    since: time(),
    until: time(),
    totals: z.object({ ...totals, average_latency_ms: count().nullable() }),
    series: z.array(z.object({ start: time(), ...totals })).describe("One point for each span."),
    by_status: z.array(z.object({ status: z.int(), outcome, requests: count() })),
    by_route: z.array(
      z.object({
        method: z.string(),
        route: z.string(),
        requests: count(),
        average_latency_ms: count(),
        errors: count(),
      }),
    ),
    recent: z.array(
      z.object({
        time: time(),
        outcome,
        status: z.int(),
        method: z.string(),
        route: z.string(),
        latency_ms: count(),
        ip_address: z.string().nullable(),
        country: z.string().nullable(),
        user_agent: z.string().nullable(),
        request_id: z.string(),
      }),
    ),
  })
  .meta({ id: "ApiKeyUsage" })

const exampleTotals = { requests: 41, succeeded: 39, client_errors: 1, server_errors: 0, refused: 1 }
const exampleUsage = {
  resolution: "day",
  since: "2026-02-01T00:00:00.000Z",
  until: "2026-02-01T12:00:00.000Z",
  totals: { ...exampleTotals, average_latency_ms: 12 },
  series: [{ start: "2026-02-01T00:00:00.000Z", ...exampleTotals }],
  by_status: [
    { status: 200, outcome: "VALID", requests: 39 },
    { status: 400, outcome: "VALID", requests: 1 },
    { status: 429, outcome: "RATE_LIMITED", requests: 1 },
  ],
  by_route: [
    { method: "POST", route: "/api/v1/completions", requests: 41, average_latency_ms: 12, errors: 2 },
  ],
  recent: [
    {
      time: "2026-02-01T11:59:58.120Z",
      outcome: "VALID",
      status: 200,
      method: "POST",
      route: "/api/v1/completions",
      latency_ms: 11,
      ip_address: "203.0.113.7",
      country: "DE",
      user_agent: "python-requests/2.32.3",
      request_id: "0b8f6d0e-52c7-4f0e-9a55-3f7c1f0f6a11",
    },
  ],
}

const findingSchema = z
  .object({
    id: z.string(),
    api_key_id: z.string(),
    api_key_name: z.string(),
    rule: z.string(),
    severity: z.enum(FindingSeverity),
    headline: z.string(),
    details: z.array(z.string()),
    suggested_limit_per_minute: z.int(),
    found_at: time(),
    last_seen_at: time(),
    suspended_key: z.boolean().describe("Whether the key was suspended because of it."),
    answer: z.enum(FindingAnswer).nullable(),
    answered_at: time().nullable(),
    answered_by: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  })
  .meta({ id: "ApiKeyFinding", description: "An unusual use of a key." })

const exampleFinding = {
  id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1F",
  api_key_id: exampleKey.id,
  api_key_name: exampleKey.name,
  rule: "new_country",
  severity: "warning",
  headline: "Used from Germany for the first time.",
  details: ["12 requests from 203.0.113.0/24"],
  suggested_limit_per_minute: 60,
  found_at: "2026-02-01T09:00:00.000Z",
  last_seen_at: "2026-02-01T09:05:00.000Z",
  suspended_key: false,
  answer: null,
  answered_at: null,
  answered_by: null,
}

const reading = { tags: ["API keys"], security: personOnly("api_keys:read") }

export const apiKeyUsagePaths: ZodOpenApiPathsObject = {
  "/api/v1/api-keys/{id}/usage": {
    get: {
      ...reading,
      operationId: "getApiKeyUsage",
      summary: "What a key was used for",
      description: `Of the last day unless told otherwise. \`resolution\` is chosen to suit; at most ${POINTS_MAX} points. The ${RECENT_MAX} latest requests come along.`,
      requestParams: { path: apiKeyIdSchema, query: usageQuerySchema },
      responses: {
        ...jsonResponse(200, {
          description: "Totals, series and recent requests.",
          schema: usageSchema,
          example: exampleUsage,
        }),
        ...problems(...everyCall, "invalid_input", "not_found"),
      },
    },
  },
  "/api/v1/api-keys/{id}/findings": {
    get: {
      ...reading,
      operationId: "listFindings",
      summary: "Unusual uses of a key, newest first",
      requestParams: { path: apiKeyIdSchema, query: listFindingsSchema },
      responses: {
        ...jsonResponse(200, {
          description: "One page.",
          schema: pageOf(findingSchema).meta({ id: "ApiKeyFindingPage" }),
          example: { data: [exampleFinding], has_more: false, next_cursor: null },
        }),
        ...problems(...everyCall, "invalid_input", "not_found"),
      },
    },
  },
  "/api/v1/api-keys/{id}/findings/{finding_id}/answer": {
    post: {
      tags: ["API keys"],
      security: personOnly("api_keys:write"),
      operationId: "answerFinding",
      summary: "Say what an unusual use was, and act on it",
      description:
        "`it_was_us` lets the key go on, `limit` sets the suggested limit, `suspend` stops it, `revoke_and_rotate` ends its secret at once and answers a new one.",
      requestParams: { path: findingIdSchema },
      requestBody: jsonBody(answerFindingBodySchema, { answer: "it_was_us" }),
      responses: {
        ...jsonResponse(200, {
          description: "The finding, answered, and the key as it is now.",
          schema: z
            .object({ finding: findingSchema, api_key: newSecretSchema.shape.api_key, key: apiKeySchema })
            .meta({ id: "AnsweredFinding" }),
          example: {
            finding: {
              ...exampleFinding,
              answer: "it_was_us",
              answered_at: "2026-02-01T09:10:00.000Z",
              answered_by: exampleKey.created_by,
            },
            api_key: null,
            key: exampleKey,
          },
        }),
        ...problems(
          ...everyCall,
          ...withBody,
          "step_up_required",
          "origin_not_allowed",
          "not_found",
          "conflict",
        ),
      },
    },
  },
}

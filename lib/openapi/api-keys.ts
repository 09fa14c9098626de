import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { ApiKeyOutcome } from "@/prisma/generated/enums"
import { API_KEYS_MAX } from "../api-keys/api-keys"
import {
  apiKeyIdSchema,
  createApiKeySchema,
  listApiKeysSchema,
  revokeApiKeyBodySchema,
  updateApiKeyBodySchema,
  verifyApiKeySchema,
} from "../api-keys/api-keys.schema"
import { EXAMPLE_API_KEY, EXAMPLE_ORGANIZATION_ID } from "../api-keys/offline-validators"
import { defaultScopes } from "../auth/scopes"
import {
  apiKeySchema,
  exampleKey,
  exampleNewSecret,
  exampleRevokedKey,
  idempotencyHeader,
  newSecretSchema,
  replayedHeader,
  withBody,
  withIdempotency,
} from "./api-key-schemas"
import { everyCall, jsonBody, jsonResponse, pageOf, problems } from "./responses"
import { personOnly, withScope } from "./security"

const apiKeyPageSchema = pageOf(apiKeySchema).meta({ id: "ApiKeyPage" })

const verificationSchema = z
  .object({
    valid: z.boolean(),
    code: z.enum([...Object.values(ApiKeyOutcome), "NOT_FOUND"]),
    key_id: z.string().optional(),
    organization_id: z.string().optional(),
    scopes: z.array(z.string()).optional().describe("Those it has now."),
    rate_limit: z
      .object({
        limit: z.int(),
        remaining: z.int(),
        reset: z.int().describe("Seconds until one more call is allowed."),
      })
      .optional()
      .describe("Where the call was counted."),
  })
  .meta({ id: "ApiKeyVerification" })

const reading = { tags: ["API keys"], security: personOnly("api_keys:read") }
const writing = { tags: ["API keys"], security: personOnly("api_keys:write") }

export const apiKeyPaths: ZodOpenApiPathsObject = {
  "/api/v1/api-keys": {
    get: {
      ...reading,
      operationId: "listApiKeys",
      summary: "The organization's keys, newest first, revoked and expired ones too",
      description: "`q` looks in names, ids and last four characters.",
      requestParams: { query: listApiKeysSchema },
      responses: {
        ...jsonResponse(200, {
          description: "One page.",
          schema: apiKeyPageSchema,
          example: { data: [exampleKey], has_more: false, next_cursor: null },
        }),
        ...problems(...everyCall, "invalid_input"),
      },
    },
    post: {
      ...writing,
      operationId: "createApiKey",
      summary: "Create a key",
      description: `For owners and admins. \`name\` is trimmed. \`scopes\` left out means \`${defaultScopes.join(", ")}\`, \`[]\` means nothing. \`expires_at\` lies in the future; left out or null, the key never expires. An organization has at most ${API_KEYS_MAX} keys that are neither revoked nor expired.`,
      requestParams: { header: idempotencyHeader },
      requestBody: jsonBody(createApiKeySchema, {
        name: "Production",
        expires_at: "2099-01-31T09:00:00Z",
        rate_limit_per_minute: 120,
        allowed_cidrs: ["203.0.113.0/24"],
      }),
      responses: {
        ...jsonResponse(201, {
          description: "The new key and its secret.",
          schema: newSecretSchema,
          example: exampleNewSecret,
          headers: replayedHeader,
        }),
        ...problems(
          ...everyCall,
          "step_up_required",
          ...withBody,
          ...withIdempotency,
          "origin_not_allowed",
          "limit_reached",
        ),
      },
    },
  },
  "/api/v1/api-keys/{id}": {
    get: {
      ...reading,
      operationId: "getApiKey",
      summary: "One key",
      requestParams: { path: apiKeyIdSchema },
      responses: {
        ...jsonResponse(200, { description: "The key.", schema: apiKeySchema, example: exampleKey }),
        ...problems(...everyCall, "not_found"),
      },
    },
    patch: {
      ...writing,
      operationId: "updateApiKey",
      summary: "Change what a key may do, from its next call on",
      description:
        "For owners and admins. What is left out stays as it is; null takes an expiry or a limit away.",
      requestParams: { path: apiKeyIdSchema },
      requestBody: jsonBody(updateApiKeyBodySchema, { name: "Production", rate_limit_per_minute: null }),
      responses: {
        ...jsonResponse(200, {
          description: "The key as it is now.",
          schema: apiKeySchema,
          example: exampleKey,
        }),
        ...problems(
          ...everyCall,
          ...withBody,
          "step_up_required",
          "origin_not_allowed",
          "not_found",
          "conflict",
          "limit_reached",
        ),
      },
    },
    delete: {
      ...writing,
      operationId: "deleteApiKey",
      summary: "Revoke a key, as POST …/revoke does",
      description: "For owners and admins. The key stays visible as revoked. The body may be left out.",
      requestParams: { path: apiKeyIdSchema },
      requestBody: jsonBody(revokeApiKeyBodySchema, { reason: "Laptop lost" }),
      responses: {
        ...jsonResponse(200, {
          description: "The key, revoked; unchanged if it was revoked before.",
          schema: apiKeySchema,
          example: exampleRevokedKey,
        }),
        ...problems(...everyCall, ...withBody, "step_up_required", "origin_not_allowed", "not_found"),
      },
    },
  },
  "/api/v1/api-keys/verify": {
    post: {
      tags: ["API keys"],
      security: withScope("keys:verify"),
      operationId: "verifyApiKey",
      summary: "Ask whether a key may be used, for another back end",
      description:
        "Counts as a use of that key. `scopes` are all needed; `ip` is where the key was used from: without it, a key with an allow-list is refused. A key of another organization is NOT_FOUND, unless the caller belongs to whoever runs this server.",
      requestBody: jsonBody(verifyApiKeySchema, { api_key: EXAMPLE_API_KEY, ip: "203.0.113.7" }),
      responses: {
        ...jsonResponse(200, {
          description: "The answer, also for a key that is not valid.",
          schema: verificationSchema,
          example: {
            valid: true,
            code: "VALID",
            key_id: exampleKey.id,
            organization_id: EXAMPLE_ORGANIZATION_ID,
            scopes: ["ai:invoke"],
            rate_limit: { limit: 120, remaining: 119, reset: 60 },
          },
        }),
        ...problems(...everyCall, ...withBody, "origin_not_allowed"),
      },
    },
  },
}

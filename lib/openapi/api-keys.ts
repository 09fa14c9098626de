import { z } from "zod"
import type { ZodOpenApiPathsObject } from "zod-openapi"
import { apiKeyPattern } from "../api-keys/api-key-format"
import { apiKeyIdSchema, createApiKeySchema, revokeApiKeyBodySchema } from "../api-keys/api-keys.schema"
import type { ErrorCode } from "../errors"
import { pageSchema } from "../page"
import { everyBody, everyCall, jsonBody, jsonResponse, pageOf, problems } from "./responses"
import { personOnly } from "./security"

const time = () => z.iso.datetime()

const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe("How the key begins: it names the organization."),
    last_four: z.string().length(4),
    scopes: z.array(z.string()),
    status: z.enum(["active", "expired", "revoked"]),
    created_at: time(),
    created_by: z.object({ id: z.string(), name: z.string().nullable() }),
    expires_at: time().nullable(),
    last_used_at: time().nullable().describe("To the minute."),
    last_used_ip: z.string().nullable(),
    revoked_at: time().nullable(),
    revoked_reason: z.string().nullable(),
  })
  .meta({ id: "ApiKey", description: "A key without its secret." })

const apiKeyPageSchema = pageOf(apiKeySchema).meta({ id: "ApiKeyPage" })

const createdApiKeySchema = z
  .object({ api_key: z.string().regex(apiKeyPattern), warning: z.string(), key: apiKeySchema })
  .meta({ id: "CreatedApiKey" })

const organizationId = "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"
const exampleKey = {
  id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1E",
  name: "Production",
  prefix: `sk_${organizationId}_`,
  last_four: "ocZG",
  scopes: ["ai:invoke"],
  status: "active",
  created_at: "2026-01-31T09:00:00.000Z",
  created_by: { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C", name: "Ada Lovelace" },
  expires_at: "2027-01-31T09:00:00.000Z",
  last_used_at: null,
  last_used_ip: null,
  revoked_at: null,
  revoked_reason: null,
}
const exampleRevokedKey = {
  ...exampleKey,
  status: "revoked",
  revoked_at: "2026-02-01T09:00:00.000Z",
  revoked_reason: "Laptop lost",
}

const withBody: ErrorCode[] = ["bad_request", "invalid_input", ...everyBody]

const reading = { tags: ["API keys"], security: personOnly("api_keys:read") }
const writing = { tags: ["API keys"], security: personOnly("api_keys:write") }

export const apiKeyPaths: ZodOpenApiPathsObject = {
  "/api/v1/api-keys": {
    get: {
      ...reading,
      operationId: "listApiKeys",
      summary: "The organization's keys, newest first, revoked and expired ones too",
      requestParams: { query: pageSchema },
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
      description:
        "For owners and admins. `name` is trimmed. `scopes` left out means the default set, `[]` means nothing. `expires_at` lies in the future; left out or null, the key never expires.",
      requestBody: jsonBody(createApiKeySchema, { name: "Production", expires_at: "2099-01-31T09:00:00Z" }),
      responses: {
        ...jsonResponse(201, {
          description: "The new key. `api_key` is its secret: it is in this answer alone.",
          schema: createdApiKeySchema,
          example: {
            api_key: `sk_${organizationId}_${"0".repeat(43)}0iocZG`,
            warning: "Store this key now: it is shown once and cannot be read again.",
            key: exampleKey,
          },
        }),
        ...problems(...everyCall, ...withBody, "origin_not_allowed"),
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
    delete: {
      ...writing,
      operationId: "deleteApiKey",
      summary: "Revoke a key without a reason",
      description: "For owners and admins. The key stays visible as revoked.",
      requestParams: { path: apiKeyIdSchema },
      responses: {
        ...jsonResponse(200, {
          description: "The key, revoked; unchanged if it was revoked before.",
          schema: apiKeySchema,
          example: { ...exampleRevokedKey, revoked_reason: null },
        }),
        ...problems(...everyCall, "origin_not_allowed", "not_found"),
      },
    },
  },
  "/api/v1/api-keys/{id}/revoke": {
    post: {
      ...writing,
      operationId: "revokeApiKey",
      summary: "Revoke a key",
      description: "For owners and admins. Final; the body, and in it the reason, may be left out.",
      requestParams: { path: apiKeyIdSchema },
      requestBody: jsonBody(revokeApiKeyBodySchema, { reason: "Laptop lost" }),
      responses: {
        ...jsonResponse(200, {
          description: "The key, revoked; unchanged if it was revoked before.",
          schema: apiKeySchema,
          example: exampleRevokedKey,
        }),
        ...problems(...everyCall, ...withBody, "origin_not_allowed", "not_found"),
      },
    },
  },
}

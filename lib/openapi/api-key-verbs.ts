import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from "zod-openapi"
import {
  apiKeyIdSchema,
  revokeApiKeyBodySchema,
  rotateApiKeyBodySchema,
  suspendApiKeyBodySchema,
} from "../api-keys/api-keys.schema"
import type { ErrorCode } from "../errors"
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
import { everyCall, jsonBody, jsonResponse, problems } from "./responses"
import { personOnly } from "./security"

const common = {
  tags: ["API keys"],
  security: personOnly("api_keys:write"),
  requestParams: { path: apiKeyIdSchema },
}
const refusals: ErrorCode[] = [...everyCall, "origin_not_allowed", "not_found"]

/** What is done with a key and answers it as it is then. For owners and admins. */
function verb(
  operation: Pick<ZodOpenApiOperationObject, "operationId" | "summary" | "description" | "requestBody">,
  { example, codes }: { example: object; codes: ErrorCode[] },
): { post: ZodOpenApiOperationObject } {
  const key = jsonResponse(200, { description: "The key as it is now.", schema: apiKeySchema, example })
  return {
    post: { ...common, ...operation, responses: { ...key, ...problems(...refusals, ...codes) } },
  }
}

export const apiKeyVerbPaths: ZodOpenApiPathsObject = {
  "/api/v1/api-keys/{id}/rotate": {
    post: {
      ...common,
      operationId: "rotateApiKey",
      summary: "Give a key a new secret",
      description:
        "The key stays the same. The secret before works for `overlap_seconds` more, an hour unless told otherwise; 0 ends every earlier secret at once.",
      requestParams: { path: apiKeyIdSchema, header: idempotencyHeader },
      requestBody: jsonBody(rotateApiKeyBodySchema, { overlap_seconds: 3600 }),
      responses: {
        ...jsonResponse(201, {
          description: "The key and its new secret.",
          schema: newSecretSchema,
          example: exampleNewSecret,
          headers: replayedHeader,
        }),
        ...problems(...refusals, ...withBody, ...withIdempotency, "step_up_required", "conflict"),
      },
    },
  },
  "/api/v1/api-keys/{id}/end-overlap": verb(
    { operationId: "endOverlap", summary: "End at once what earlier secrets of a key still may" },
    { example: exampleKey, codes: ["step_up_required", "conflict"] },
  ),
  "/api/v1/api-keys/{id}/suspend": verb(
    {
      operationId: "suspendApiKey",
      summary: "Stop a key until it is resumed",
      description: "Needs no step-up: stopping a key must wait for nothing.",
      requestBody: jsonBody(suspendApiKeyBodySchema, { reason: "Under investigation" }),
    },
    {
      example: {
        ...exampleKey,
        status: "suspended",
        suspended_at: "2026-02-01T09:00:00.000Z",
        suspended_reason: "Under investigation",
      },
      codes: [...withBody, "conflict"],
    },
  ),
  "/api/v1/api-keys/{id}/resume": verb(
    { operationId: "resumeApiKey", summary: "Let a suspended key work again" },
    { example: exampleKey, codes: ["step_up_required", "conflict"] },
  ),
  "/api/v1/api-keys/{id}/revoke": verb(
    {
      operationId: "revokeApiKey",
      summary: "Revoke a key",
      description:
        "The body, and in it the reason, may be left out. Can be undone for an hour, unless it was `leaked`. Of a key that is revoked already nothing changes, but that it can still become `leaked`.",
      requestBody: jsonBody(revokeApiKeyBodySchema, { reason: "Laptop lost" }),
    },
    { example: exampleRevokedKey, codes: [...withBody, "step_up_required"] },
  ),
  "/api/v1/api-keys/{id}/restore": verb(
    { operationId: "restoreApiKey", summary: "Undo a revocation of the last hour" },
    { example: exampleKey, codes: ["step_up_required", "conflict", "limit_reached"] },
  ),
}

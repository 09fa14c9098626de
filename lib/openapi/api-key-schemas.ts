import { z } from "zod"
import { apiKeyPattern, apiKeyPrefix } from "../api-keys/api-key-format"
import { apiKeyStatuses } from "../api-keys/api-keys.schema"
import { EXAMPLE_API_KEY, EXAMPLE_ORGANIZATION_ID } from "../api-keys/offline-validators"
import type { ErrorCode } from "../errors"
import { STORE_NOW } from "../http/new-secret"
import { everyBody, time } from "./responses"

// What the documents of keys, of their use and of findings share.

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe("How the key begins: it names the organization."),
    last_four: z.string().length(4).describe("Of the current secret."),
    scopes: z.array(z.string()),
    status: z.enum(apiKeyStatuses),
    rate_limit_per_minute: z.int().nullable().describe("Null: the default of the server."),
    allowed_cidrs: z.array(z.string()).describe("Where it may be used from. Empty: anywhere."),
    created_at: time(),
    created_by: z.object({ id: z.string(), name: z.string().nullable() }),
    expires_at: time().nullable(),
    last_used_at: time().nullable().describe("To half a minute."),
    last_used_ip: z.string().nullable(),
    suspended_at: time().nullable(),
    suspended_reason: z.string().nullable(),
    revoked_at: time().nullable(),
    revoked_reason: z.string().nullable(),
    leaked: z.boolean().describe("It was in strangers' hands: its revocation is final."),
    restorable_until: time().nullable().describe("Until when a revocation can be undone."),
    previous_secrets: z
      .array(z.object({ last_four: z.string(), ends_at: time(), last_used_at: time().nullable() }))
      .describe("Secrets that a rotation replaced and that still work."),
    open_findings: z.int().nonnegative().describe("Unusual uses that nobody has answered."),
  })
  .meta({ id: "ApiKey", description: "A key without its secret." })

export const newSecretSchema = z
  .object({
    api_key: z
      .string()
      .regex(apiKeyPattern)
      .nullable()
      .describe("The secret: in this answer alone. Null where this very request was answered before."),
    warning: z.string(),
    key: apiKeySchema,
  })
  .meta({ id: "NewSecret" })

export const exampleKey = {
  id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1E",
  name: "Production",
  prefix: apiKeyPrefix(EXAMPLE_ORGANIZATION_ID),
  last_four: EXAMPLE_API_KEY.slice(-4),
  scopes: ["ai:invoke"],
  status: "active",
  rate_limit_per_minute: 120,
  allowed_cidrs: ["203.0.113.0/24"],
  created_at: "2026-01-31T09:00:00.000Z",
  created_by: { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1C", name: "Ada Lovelace" },
  expires_at: "2027-01-31T09:00:00.000Z",
  last_used_at: null,
  last_used_ip: null,
  suspended_at: null,
  suspended_reason: null,
  revoked_at: null,
  revoked_reason: null,
  leaked: false,
  restorable_until: null,
  previous_secrets: [],
  open_findings: 0,
}
export const exampleRevokedKey = {
  ...exampleKey,
  status: "revoked",
  revoked_at: "2026-02-01T09:00:00.000Z",
  revoked_reason: "Laptop lost",
  restorable_until: "2026-02-01T10:00:00.000Z",
}
export const exampleNewSecret = {
  api_key: EXAMPLE_API_KEY,
  warning: STORE_NOW,
  key: exampleKey,
}

export const idempotencyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      "Repeat a request under the same key within 24 hours, and it is carried out once. The repeated answer holds no secret and says `Idempotent-Replayed: true`.",
    ),
})
export const replayedHeader = {
  "Idempotent-Replayed": z.literal("true").optional().describe("This request was carried out before."),
}

export const withBody: ErrorCode[] = ["bad_request", "invalid_input", ...everyBody]
export const withIdempotency: ErrorCode[] = ["idempotency_key_in_use", "idempotency_key_reused"]

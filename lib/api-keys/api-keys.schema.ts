import { z } from "zod"
import { scopes } from "../auth/scopes"
import { camelKeys } from "../case"
import { id, line } from "../input"

// The input of the API and of the dashboard's forms. Safe for the browser.

export const createApiKeySchema = z
  .strictObject({
    name: line(80),
    /** Left out: the default set. Empty: nothing. */
    scopes: z
      .array(z.enum(scopes, `must be one of: ${scopes.join(", ")}`))
      .max(50)
      .transform((list) => [...new Set(list)])
      .optional(),
    /** Left out or null: never. */
    expires_at: z.iso
      .datetime({ offset: true, error: "must be an RFC 3339 time" })
      .transform((text) => new Date(text))
      .refine((time) => time > new Date(), "must be in the future")
      .refine((time) => time < new Date("2100-01-01"), "is too far in the future")
      .nullish(),
  })
  .transform(camelKeys)
export type CreateApiKeyInput = z.output<typeof createApiKeySchema>

/** Which key: the `[id]` of a path. */
export const apiKeyIdSchema = z.strictObject({ id: id() })

const reason = line(200).optional()

/** The body of the revoke endpoint; a call without a body gives no reason. */
export const revokeApiKeyBodySchema = z.strictObject({ reason }).default({})

export const revokeApiKeySchema = z.strictObject({ id: id(), reason })
export type RevokeApiKeyInput = z.output<typeof revokeApiKeySchema>

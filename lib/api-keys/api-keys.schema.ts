import { z } from "zod"
import { scopes } from "../auth/scopes"
import { camelKeys } from "../case"
import { days, hours, seconds } from "../duration"
import { id, line, TOKEN_LENGTH_MAX } from "../input"
import { normalizeCidr } from "../network/cidr"
import { pageSchema } from "../page"

// The input of the API and of the dashboard's forms. Safe for the browser.

export const RATE_LIMIT_PER_MINUTE_MAX = 100_000
const ALLOWED_CIDRS_MAX = 50
export const OVERLAP_SECONDS_MAX = days(1) / seconds(1)
export const OVERLAP_SECONDS_DEFAULT = hours(1) / seconds(1)

const scopeList = z
  .array(z.enum(scopes, `must be one of: ${scopes.join(", ")}`))
  .max(50)
  .transform((list) => [...new Set(list)])

const expiry = z.iso
  .datetime({ offset: true, error: "must be an RFC 3339 time" })
  .transform((text) => new Date(text))
  .refine((time) => time > new Date(), "must be in the future")
  .refine((time) => time < new Date("2100-01-01"), "is too far in the future")

const rateLimit = z
  .int(`must be a whole number from 1 to ${RATE_LIMIT_PER_MINUTE_MAX}`)
  .min(1, `must be a whole number from 1 to ${RATE_LIMIT_PER_MINUTE_MAX}`)
  .max(RATE_LIMIT_PER_MINUTE_MAX, `must be a whole number from 1 to ${RATE_LIMIT_PER_MINUTE_MAX}`)

const cidrs = z
  .array(
    z
      .string("must be text")
      .max(100, "is too long")
      .transform((text, context) => {
        const cidr = normalizeCidr(text)
        if (cidr) return cidr
        context.addIssue(
          "must be an address or network such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32, without bits beyond its prefix",
        )
        return z.NEVER
      }),
  )
  .max(ALLOWED_CIDRS_MAX, `must be at most ${ALLOWED_CIDRS_MAX}`)
  .transform((list) => [...new Set(list)])

export const createApiKeySchema = z
  .strictObject({
    name: line(80),
    /** Left out: the default set. Empty: nothing. */
    scopes: scopeList.optional(),
    /** Left out or null: never. */
    expires_at: expiry.nullish(),
    /** Left out or null: RATE_LIMIT_DEFAULT_PER_MINUTE. */
    rate_limit_per_minute: rateLimit.nullish(),
    /** Left out or empty: from anywhere. */
    allowed_cidrs: cidrs.optional(),
  })
  .transform(camelKeys)
export type CreateApiKeyInput = z.output<typeof createApiKeySchema>

/** The fields to change; null takes an expiry or limit away. */
export const updateApiKeyBodySchema = z
  .strictObject({
    name: line(80).optional(),
    scopes: scopeList.optional(),
    expires_at: expiry.nullable().optional(),
    rate_limit_per_minute: rateLimit.nullable().optional(),
    allowed_cidrs: cidrs.optional(),
  })
  .transform(camelKeys)
export type UpdateApiKeyInput = z.output<typeof updateApiKeyBodySchema> & { id: string }

/** Which key: the `[id]` of a path. */
export const apiKeyIdSchema = z.strictObject({ id: id() })

export const apiKeyStatuses = ["active", "expired", "revoked", "suspended"] as const

export const listApiKeysSchema = pageSchema.extend({
  status: z.enum(apiKeyStatuses, `must be one of: ${apiKeyStatuses.join(", ")}`).optional(),
  /** In the name, the last four characters or the id. */
  q: line(100).optional(),
  sort: z
    .enum(["newest", "oldest", "name", "last_used"], "must be newest, oldest, name or last_used")
    .default("newest"),
})
export type ListApiKeysInput = z.output<typeof listApiKeysSchema>

const reason = line(200).optional()

/** The body of the revoke endpoint; a call without a body gives no reason. */
export const revokeApiKeyBodySchema = z.strictObject({ reason, leaked: z.boolean().optional() }).default({})
export type RevokeApiKeyInput = z.output<typeof revokeApiKeyBodySchema> & { id: string }

export const suspendApiKeyBodySchema = z.strictObject({ reason }).default({})
export type SuspendApiKeyInput = z.output<typeof suspendApiKeyBodySchema> & { id: string }

const overlap = z
  .int(`must be a whole number of seconds from 0 to ${OVERLAP_SECONDS_MAX}`)
  .min(0, `must be a whole number of seconds from 0 to ${OVERLAP_SECONDS_MAX}`)
  .max(OVERLAP_SECONDS_MAX, `must be a whole number of seconds from 0 to ${OVERLAP_SECONDS_MAX}`)

export const rotateApiKeyBodySchema = z
  .strictObject({ overlap_seconds: overlap.default(OVERLAP_SECONDS_DEFAULT) })
  .default({ overlap_seconds: OVERLAP_SECONDS_DEFAULT })
  .transform(camelKeys)
export type RotateApiKeyInput = z.output<typeof rotateApiKeyBodySchema> & { id: string }

export const verifyApiKeySchema = z
  .strictObject({
    api_key: z.string("must be text").max(TOKEN_LENGTH_MAX, "is too long"),
    /** All of these are needed. */
    scopes: z.array(z.string().max(100)).max(50).optional(),
    /** The address it was used from. Left out: a key with an allow-list is refused. */
    ip: z.union([z.ipv4(), z.ipv6()], "must be an IPv4 or IPv6 address").optional(),
  })
  .transform(camelKeys)
export type VerifyApiKeyInput = z.output<typeof verifyApiKeySchema>

import { z } from "zod"
import {
  createApiKeySchema,
  rotateApiKeyBodySchema,
  updateApiKeyBodySchema,
} from "@/lib/api-keys/api-keys.schema"
import { scopes } from "@/lib/auth/scopes"
import { addDuration, days } from "@/lib/duration"
import { id, line } from "@/lib/input"

// A form sends text, and leaves out what is empty. Here stands what the text means; what is acceptable, the schemas
// of the API say, in whose spelling the faults are named.

/** In days from now. */
export const expiryPresets = ["7", "30", "90", "365"] as const
/** `keep` leaves a key's expiry as it is; `date` is the end of the day `expires_on`, in UTC. */
const expiryChoices = ["keep", "never", ...expiryPresets, "date"] as const
export type ExpiryChoice = (typeof expiryChoices)[number]

const fields = {
  name: z.string().default(""),
  /** Separated by spaces. */
  scopes: z
    .string()
    .default("")
    .transform((text) => text.split(" ").filter(Boolean))
    .pipe(z.array(z.enum(scopes, "must be one that there is"))),
  expiry: z.enum(expiryChoices, "is required"),
  expires_on: z.string().optional(),
  rate_limit_per_minute: z.string().optional(),
  /** One a line. */
  allowed_cidrs: z.string().default(""),
}
const formSchema = z.strictObject(fields)
type ApiKeyForm = z.output<typeof formSchema>

export const createApiKeyFormSchema = formSchema.transform(bodyOf).pipe(createApiKeySchema)

export const updateApiKeyFormSchema = formSchema
  .extend({ id: id() })
  .transform(({ id, ...form }, context) => {
    const body = updateApiKeyBodySchema.safeParse(bodyOf(form, context))
    if (body.success) return { id, ...body.data }
    for (const { path, message } of body.error.issues) context.addIssue({ code: "custom", path, message })
    return z.NEVER
  })

function bodyOf(form: ApiKeyForm, context: z.RefinementCtx): z.input<typeof createApiKeySchema> {
  const { name, scopes, rate_limit_per_minute: limit, allowed_cidrs: lines } = form
  const expiresAt = expiryOf(form, context)
  return {
    name,
    scopes,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    rate_limit_per_minute: limit === undefined ? null : wholeNumber(limit),
    allowed_cidrs: filledLines(lines),
  }
}

function expiryOf({ expiry, expires_on: day }: ApiKeyForm, context: z.RefinementCtx) {
  if (expiry === "keep") return undefined
  if (expiry === "never") return null
  if (expiry !== "date") return addDuration(new Date(), days(Number(expiry))).toISOString()
  if (day && /^\d{4}-\d{2}-\d{2}$/.test(day)) return `${day}T23:59:59Z`
  context.addIssue({ code: "custom", path: ["expires_at"], message: "needs a date" })
  return undefined
}

function wholeNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}

/** The lines of a text that hold something: the n-th of them is the `allowed_cidrs.n` of a fault. */
export function filledLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
}

export const overlapChoices = ["0", "3600", "86400", "custom"] as const
export type OverlapChoice = (typeof overlapChoices)[number]

export const rotateApiKeyFormSchema = z
  .strictObject({
    id: id(),
    /** In seconds; `custom`: as many as `overlap_seconds` says. */
    overlap: z.enum(overlapChoices, "is required"),
    overlap_seconds: z.string().default(""),
  })
  .transform(({ id, overlap, overlap_seconds }, context) => {
    const overlapSeconds = wholeNumber(overlap === "custom" ? overlap_seconds : overlap)
    const body = rotateApiKeyBodySchema.safeParse({ overlap_seconds: overlapSeconds })
    if (body.success) return { id, ...body.data }
    for (const { path, message } of body.error.issues) context.addIssue({ code: "custom", path, message })
    return z.NEVER
  })

export const suspendApiKeyFormSchema = z.strictObject({ id: id(), reason: line(200).optional() })

export const revokeApiKeyFormSchema = suspendApiKeyFormSchema
  .extend({ leaked: z.literal("on").optional() })
  .transform(({ leaked, ...form }) => ({ ...form, leaked: leaked === "on" }))

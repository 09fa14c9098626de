import { z } from "zod"
import { id } from "../input"

const postureChanges = ["expire_in_90_days", "limit_to_default", "narrow_to_used", "revoke"] as const
export type PostureChange = (typeof postureChanges)[number]

const KEYS_MAX = 50

export const applyPostureSchema = z.strictObject({
  /** Ids with commas between, as the boxes of a form are joined. */
  ids: z
    .string("choose at least one key")
    .transform((text) => [...new Set(text.split(","))])
    .pipe(z.array(id()).min(1).max(KEYS_MAX, `choose at most ${KEYS_MAX} keys`)),
  change: z.enum(postureChanges, `must be one of: ${postureChanges.join(", ")}`),
})
export type ApplyPostureInput = z.output<typeof applyPostureSchema>

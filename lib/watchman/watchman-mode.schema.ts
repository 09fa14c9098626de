import { z } from "zod"

const watchmanModes = ["notify", "suspend"] as const

export const setWatchmanModeSchema = z.strictObject({
  mode: z.enum(watchmanModes, `must be one of: ${watchmanModes.join(", ")}`),
})
export type SetWatchmanModeInput = z.output<typeof setWatchmanModeSchema>

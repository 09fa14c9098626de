import { z } from "zod"
import { line } from "../input"

export const renameOrganizationSchema = z.strictObject({ name: line(80) })
export type RenameOrganizationInput = z.output<typeof renameOrganizationSchema>

const secondFactorPolicies = ["optional", "step_up", "required"] as const

export const setSecondFactorPolicySchema = z.strictObject({
  policy: z.enum(secondFactorPolicies, `must be one of: ${secondFactorPolicies.join(", ")}`),
})
export type SetSecondFactorPolicyInput = z.output<typeof setSecondFactorPolicySchema>

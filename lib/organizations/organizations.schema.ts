import { z } from "zod"
import { line } from "../input"

export const renameOrganizationSchema = z.strictObject({ name: line(80) })
export type RenameOrganizationInput = z.output<typeof renameOrganizationSchema>

"use server"

import { revalidatePath } from "next/cache"
import { action } from "@/lib/http/action"
import { renameOrganization } from "@/lib/organizations/organizations"
import { renameOrganizationSchema } from "@/lib/organizations/organizations.schema"

export const renameOrganizationAction = action(renameOrganizationSchema, async ({ caller, input }) => {
  await renameOrganization(caller, input)
  revalidatePath("/dashboard", "layout")
})

"use server"

import { revalidatePath } from "next/cache"
import { action } from "@/lib/http/action"
import { renameOrganization } from "@/lib/organizations/organizations"
import { renameOrganizationSchema } from "@/lib/organizations/organizations.schema"
import { setWatchmanMode } from "@/lib/watchman/watchman-mode"
import { setWatchmanModeSchema } from "@/lib/watchman/watchman-mode.schema"

export const renameOrganizationAction = action(renameOrganizationSchema, async ({ caller, input }) => {
  await renameOrganization(caller, input)
  revalidatePath("/dashboard", "layout")
})

export const setWatchmanModeAction = action(setWatchmanModeSchema, async ({ caller, input }) => {
  await setWatchmanMode(caller, input)
  revalidatePath("/dashboard/settings")
})

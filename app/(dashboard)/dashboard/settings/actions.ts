"use server"

import { revalidatePath } from "next/cache"
import { action } from "@/lib/http/action"
import { renameOrganization } from "@/lib/organizations/organizations"
import {
  renameOrganizationSchema,
  setSecondFactorPolicySchema,
} from "@/lib/organizations/organizations.schema"
import { setSecondFactorPolicy } from "@/lib/organizations/second-factor-policy"
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

export const setSecondFactorPolicyAction = action(setSecondFactorPolicySchema, async ({ caller, input }) => {
  await setSecondFactorPolicy(caller, input)
  revalidatePath("/dashboard", "layout")
})

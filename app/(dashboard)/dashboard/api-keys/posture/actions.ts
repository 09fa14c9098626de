"use server"

import { revalidatePath } from "next/cache"
import { applyPosture } from "@/lib/api-keys/posture"
import { applyPostureSchema } from "@/lib/api-keys/posture.schema"
import { action } from "@/lib/http/action"

export const applyPostureAction = action(applyPostureSchema, async ({ caller, input }) => {
  const count = await applyPosture(caller, input)
  revalidatePath("/dashboard", "layout")
  return count
})

"use server"

import { revalidatePath } from "next/cache"
import { z } from "zod"
import { revokeOtherSessions, revokeSession } from "@/lib/auth/session-list"
import { action } from "@/lib/http/action"
import { id } from "@/lib/input"

export const revokeSessionAction = action(z.strictObject({ id: id() }), async ({ caller, input }) => {
  await revokeSession(caller, input)
  revalidatePath("/dashboard/security")
})

export const revokeOtherSessionsAction = action(z.strictObject({}), async ({ caller }) => {
  await revokeOtherSessions(caller)
  revalidatePath("/dashboard/security")
})

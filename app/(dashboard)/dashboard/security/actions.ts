"use server"

import { revalidatePath } from "next/cache"
import { z } from "zod"
import { acknowledgeReuseAlarms, revokeOtherSessions, revokeSession } from "@/lib/auth/session-list"
import { action } from "@/lib/http/action"
import { id } from "@/lib/input"

export const revokeSessionAction = action(z.strictObject({ id: id() }), async ({ caller, input }) => {
  const revoked = await revokeSession(caller, input)
  revalidatePath("/dashboard", "layout")
  return revoked
})

export const revokeOtherSessionsAction = action(z.strictObject({}), async ({ caller }) => {
  await revokeOtherSessions(caller)
  revalidatePath("/dashboard", "layout")
})

export const acknowledgeReuseAlarmsAction = action(z.strictObject({}), async ({ caller }) => {
  await acknowledgeReuseAlarms(caller)
  revalidatePath("/dashboard", "layout")
})

"use server"

import { revalidatePath } from "next/cache"
import { z } from "zod"
import { revokeMemberSessions } from "@/lib/auth/session-list"
import { camelKeys } from "@/lib/case"
import { action } from "@/lib/http/action"
import { id } from "@/lib/input"

const memberSchema = z.strictObject({ user_id: id() }).transform(camelKeys)

export const revokeMemberSessionsAction = action(memberSchema, async ({ caller, input }) => {
  const ended = await revokeMemberSessions(caller, input)
  revalidatePath("/dashboard", "layout")
  return ended
})

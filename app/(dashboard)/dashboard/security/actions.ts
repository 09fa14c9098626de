"use server"

import { revalidatePath } from "next/cache"
import { z } from "zod"
import { acknowledgeReuseAlarms, revokeOtherSessions, revokeSession } from "@/lib/auth/session-list"
import { action } from "@/lib/http/action"
import { id } from "@/lib/input"

const revokeSchema = z.strictObject({ which: z.union([z.literal("others"), id()]) })

/** Answers with the one that was signed out, or with how many others were. */
export const revokeSessionsAction = action(revokeSchema, async ({ caller, input: { which } }) => {
  const revoked =
    which === "others" ? await revokeOtherSessions(caller) : await revokeSession(caller, { id: which })
  revalidatePath("/dashboard", "layout")
  return revoked
})

const acknowledgeSchema = z.strictObject({
  until: z.iso.datetime("must be a time").transform((text) => new Date(text)),
})

export const acknowledgeReuseAlarmsAction = action(acknowledgeSchema, async ({ caller, input }) => {
  await acknowledgeReuseAlarms(caller, input)
  revalidatePath("/dashboard", "layout")
})

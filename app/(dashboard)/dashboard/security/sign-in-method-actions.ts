"use server"

import { revalidatePath } from "next/cache"
import { headers } from "next/headers"
import { z } from "zod"
import { unlinkAccount } from "@/lib/auth/account-links"
import { providerIds } from "@/lib/auth/identity"
import { startLink } from "@/lib/auth/next-auth"
import { action } from "@/lib/http/action"
import { setPasswordSchema } from "@/lib/passwords/password.schema"
import { removePassword, setPassword } from "@/lib/passwords/password-change"

const providerSchema = z.strictObject({ provider: z.enum(providerIds, "must be a provider") })

/** Answers with the provider's address, at which the person says who they are there. */
export const startLinkAction = action(providerSchema, async ({ caller, input }) =>
  startLink(caller, await headers(), input.provider),
)

export const unlinkAccountAction = action(providerSchema, async ({ caller, input }) => {
  await unlinkAccount(caller, input)
  revalidatePath("/dashboard", "layout")
})

export const setPasswordAction = action(setPasswordSchema, async ({ caller, input }) => {
  await setPassword(caller, { password: input.password, currentPassword: input.current_password })
  revalidatePath("/dashboard", "layout")
})

export const removePasswordAction = action(z.strictObject({}), async ({ caller }) => {
  await removePassword(caller)
  revalidatePath("/dashboard", "layout")
})

"use server"

import { revalidatePath } from "next/cache"
import { createApiKey, revokeApiKey } from "@/lib/api-keys/api-keys"
import { createApiKeySchema, revokeApiKeySchema } from "@/lib/api-keys/api-keys.schema"
import { action } from "@/lib/http/action"

export const createApiKeyAction = action(createApiKeySchema, async ({ caller, input }) => {
  const created = await createApiKey(caller, input)
  revalidatePath("/dashboard", "layout")
  return created
})

export const revokeApiKeyAction = action(revokeApiKeySchema, async ({ caller, input }) => {
  const revoked = await revokeApiKey(caller, input)
  revalidatePath("/dashboard", "layout")
  return revoked
})

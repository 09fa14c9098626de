"use server"

import { revalidatePath } from "next/cache"
import { revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { createApiKey } from "@/lib/api-keys/api-keys"
import { apiKeyIdSchema, createApiKeySchema } from "@/lib/api-keys/api-keys.schema"
import { action } from "@/lib/http/action"
import { line } from "@/lib/input"

export const createApiKeyAction = action(createApiKeySchema, async ({ caller, input }) => {
  const created = await createApiKey(caller, input)
  revalidatePath("/dashboard", "layout")
  return created
})

export const revokeApiKeyAction = action(apiKeyIdSchema.extend({ reason: line(200).optional() }), async ({ caller, input }) => {
  const revoked = await revokeApiKey(caller, input)
  revalidatePath("/dashboard", "layout")
  return revoked
})

"use server"

import { revalidatePath } from "next/cache"
import { restoreApiKey, revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { endOverlap, rotateApiKey } from "@/lib/api-keys/api-key-rotation"
import { resumeApiKey, suspendApiKey } from "@/lib/api-keys/api-key-suspension"
import { createApiKey, updateApiKey } from "@/lib/api-keys/api-keys"
import {
  apiKeyIdSchema,
  type CreateApiKeyInput,
  type RotateApiKeyInput,
} from "@/lib/api-keys/api-keys.schema"
import type { UserCaller } from "@/lib/auth/caller"
import { action } from "@/lib/http/action"
import {
  createApiKeyFormSchema,
  revokeApiKeyFormSchema,
  rotateApiKeyFormSchema,
  suspendApiKeyFormSchema,
  updateApiKeyFormSchema,
} from "./api-key-form.schema"

export const createApiKeyAction = action(
  createApiKeyFormSchema,
  thenRefresh((caller, input: CreateApiKeyInput) => createApiKey(caller, input)),
)
export const updateApiKeyAction = action(updateApiKeyFormSchema, thenRefresh(updateApiKey))
export const rotateApiKeyAction = action(
  rotateApiKeyFormSchema,
  thenRefresh((caller, input: RotateApiKeyInput) => rotateApiKey(caller, input)),
)
export const endOverlapAction = action(apiKeyIdSchema, thenRefresh(endOverlap))
export const suspendApiKeyAction = action(suspendApiKeyFormSchema, thenRefresh(suspendApiKey))
export const resumeApiKeyAction = action(apiKeyIdSchema, thenRefresh(resumeApiKey))
export const revokeApiKeyAction = action(revokeApiKeyFormSchema, thenRefresh(revokeApiKey))
export const restoreApiKeyAction = action(apiKeyIdSchema, thenRefresh(restoreApiKey))

/** The verb as an action's work. Whatever the dashboard shows of keys is drawn anew with its answer. */
function thenRefresh<Input, T>(verb: (caller: UserCaller, input: Input) => Promise<T>) {
  return async ({ caller, input }: { caller: UserCaller; input: Input }): Promise<T> => {
    const done = await verb(caller, input)
    revalidatePath("/dashboard", "layout")
    return done
  }
}

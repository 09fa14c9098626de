"use server"

import { revalidatePath } from "next/cache"
import { z } from "zod"
import { action } from "@/lib/http/action"
import { id } from "@/lib/input"
import { answerFinding } from "@/lib/watchman/findings"
import { answerFindingBodySchema } from "@/lib/watchman/findings.schema"

const answerFindingFormSchema = z.strictObject({ id: id() }).extend(answerFindingBodySchema.shape)

export const answerFindingAction = action(answerFindingFormSchema, async ({ caller, input }) => {
  const { secret } = await answerFinding(caller, input)
  // Drawn anew, the page would no longer hold the finding, nor the new secret beside it.
  if (secret === null) revalidatePath("/dashboard", "layout")
  return { secret }
})

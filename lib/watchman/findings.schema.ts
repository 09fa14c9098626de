import { z } from "zod"
import { camelKeys } from "../case"
import { id } from "../input"
import { pageSchema } from "../page"

// The input of the API and of the dashboard. Safe for the browser.

const findingAnswers = ["it_was_us", "limit", "suspend", "revoke_and_rotate"] as const

/** Which finding: the path's parameters. */
export const findingIdSchema = z.strictObject({ id: id(), finding_id: id() }).transform(camelKeys)

export const listFindingsSchema = pageSchema.extend({
  /** Left out: those that wait for an answer and those that have one. */
  open: z
    .enum(["true", "false"], "must be true or false")
    .transform((text) => text === "true")
    .optional(),
})
export type ListFindingsInput = Partial<z.output<typeof listFindingsSchema>> & { apiKeyId?: string }

export const answerFindingBodySchema = z.strictObject({
  answer: z.enum(findingAnswers, `must be one of: ${findingAnswers.join(", ")}`),
})
export type AnswerFindingInput = z.output<typeof answerFindingBodySchema> & {
  id: string
  /** Given: a finding of another key is not there. */
  apiKeyId?: string
}

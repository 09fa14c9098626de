import { headers as nextHeaders } from "next/headers"
import { unstable_rethrow as rethrowNext } from "next/navigation"
import type { z } from "zod"
import { getUser, type UserCaller } from "../auth/caller"
import { PATH_HEADER } from "../auth/path-header"
import { AppError, type InputFault } from "../errors"
import { recordDenial } from "./denial"
import { parseInput } from "./input"
import { requireSameOrigin } from "./origin"
import { publicError } from "./problem"
import { requestSource } from "./request-context"

/** What a form gets back: nothing that was typed, nothing of an error but its public words. */
export type ActionResult<T> =
  | { ok: true; data: T }
  | { ok: false; code: string; message: string; fieldErrors?: Record<string, string>; requestId: string }

type Action<T> = (previous: ActionResult<T> | null, form: FormData) => Promise<ActionResult<T>>

/**
 * The entry of every server action, for useActionState. An action is a public endpoint that anybody can call:
 * origin, caller and input are checked here, the permission in the verb that `work` calls.
 */
export function action<Input, T>(
  schema: z.ZodType<Input>,
  work: (context: { caller: UserCaller; input: Input }) => Promise<T>,
): Action<T> {
  return async (_previous, form) => {
    const headers = await nextHeaders()
    const { requestId } = requestSource(headers)
    let known: UserCaller | null = null
    try {
      requireSameOrigin(headers)
      const caller = await getUser()
      known = caller
      if (!caller) throw new AppError("unauthenticated", "Your session has ended. Sign in again.")
      return { ok: true, data: await work({ caller, input: parseInput(schema, formFields(form)) }) }
    } catch (error) {
      rethrowNext(error)
      recordDenial(error, known, `action at ${headers.get(PATH_HEADER) ?? "unknown path"}`)
      const { code, message, faults } = publicError(error, requestId)
      const fieldErrors =
        faults && Object.fromEntries(firstOfEachField(faults).map((fault) => [fault.path, fault.message]))
      return { ok: false, code, message, requestId, ...(fieldErrors ? { fieldErrors } : {}) }
    }
  }
}

/** Of several faults of one field the first says most. */
function firstOfEachField(faults: InputFault[]): InputFault[] {
  return faults.filter(({ path }, index) => faults.findIndex((fault) => fault.path === path) === index)
}

/** The form's own fields as text. An empty field counts as left out; React's `$ACTION` fields are not ours. */
function formFields(form: unknown): Record<string, string> {
  if (!(form instanceof FormData)) throw new AppError("bad_request", "This form cannot be read.")
  return Object.fromEntries(
    [...form].flatMap(([name, value]) =>
      name.startsWith("$ACTION") || typeof value !== "string" || value === "" ? [] : [[name, value]],
    ),
  )
}

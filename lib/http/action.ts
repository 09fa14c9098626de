import { headers as nextHeaders } from "next/headers"
import { unstable_rethrow as rethrowNext } from "next/navigation"
import type { z } from "zod"
import { getPerson, type PendingCaller, type UserCaller } from "../auth/caller"
import { authCookies, readCookie } from "../auth/cookies"
import { PATH_HEADER } from "../auth/paths"
import { secondFactorError } from "../auth/step-up"
import { AppError, type InputFault } from "../errors"
import { recordDenial } from "./denial"
import { parseInput } from "./input"
import { requireSameOrigin } from "./origin"
import { publicError } from "./problem"
import { type RequestSource, requestSource } from "./request-context"

/** What a form gets back: nothing that was typed, nothing of an error but its public words. */
export type ActionResult<T> =
  | { ok: true; data: T }
  | { ok: false; code: string; message: string; fieldErrors?: Record<string, string>; requestId: string }

export type Action<T> = (previous: ActionResult<T> | null, form: FormData) => Promise<ActionResult<T>>

type Work<Who, Input, T> = (context: { caller: Who; input: Input }) => Promise<T>

/**
 * The entry of every server action, for useActionState. An action is a public endpoint that anybody can call:
 * origin, caller and input are checked here, the permission in the verb that `work` calls.
 */
export function action<Input, T>(schema: z.ZodType<Input>, work: Work<UserCaller, Input, T>): Action<T> {
  return entry(
    schema,
    async () => {
      const person = await getPerson()
      if (person?.type === "pending_user") throw secondFactorError(person)
      return person ?? sessionEnded()
    },
    work,
  )
}

/** The same for what somebody may do whose second factor is still awaited. */
export function personAction<Input, T>(
  schema: z.ZodType<Input>,
  work: Work<UserCaller | PendingCaller, Input, T>,
): Action<T> {
  return entry(schema, async () => (await getPerson()) ?? sessionEnded(), work)
}

/** Who calls an action that asks for no sign-in: where from, and with which session in the browser, if any. */
export type Visitor = { type: "visitor"; source: RequestSource; currentToken: string | null }

/** The same for what anybody may do. */
export function publicAction<Input, T>(
  schema: z.ZodType<Input>,
  work: (context: { visitor: Visitor; input: Input }) => Promise<T>,
): Action<T> {
  return entry(
    schema,
    async (headers): Promise<Visitor> => ({
      type: "visitor",
      source: requestSource(headers),
      currentToken: readCookie(headers.get("cookie"), authCookies().sessionToken.name),
    }),
    ({ caller: visitor, input }) => work({ visitor, input }),
  )
}

function sessionEnded(): never {
  throw new AppError("unauthenticated", "Your session has ended. Sign in again.")
}

function entry<Who extends UserCaller | PendingCaller | Visitor, Input, T>(
  schema: z.ZodType<Input>,
  whoCalls: (headers: Headers) => Promise<Who>,
  work: Work<Who, Input, T>,
): Action<T> {
  return async (_previous, form) => {
    const headers = await nextHeaders()
    const { requestId } = requestSource(headers)
    let known: Who | null = null
    try {
      requireSameOrigin(headers)
      const caller = await whoCalls(headers)
      known = caller
      return { ok: true, data: await work({ caller, input: parseInput(schema, formFields(form)) }) }
    } catch (error) {
      rethrowNext(error)
      recordDenial(
        error,
        known?.type === "user" ? (known as UserCaller) : null,
        `action at ${headers.get(PATH_HEADER) ?? "unknown path"}`,
      )
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

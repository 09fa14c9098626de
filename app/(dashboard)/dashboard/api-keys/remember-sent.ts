import type { Action, ActionResult } from "@/lib/http/action"

type Remembered<T> = {
  result: ActionResult<T> | null
  /** What the form held then, which may have been changed since. */
  sent: Record<string, string> | null
}

/** An action for useActionState that also knows which text its answer is about. */
export function rememberSent<T>(action: Action<T>) {
  return async ({ result }: Remembered<T>, form: FormData): Promise<Remembered<T>> => ({
    result: await action(result, form),
    sent: Object.fromEntries(
      [...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
    ),
  })
}

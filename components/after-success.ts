import { startTransition, useEffect, useRef } from "react"
import type { Action, ActionResult } from "@/lib/http/action"

/**
 * Wraps a server action: once it has succeeded, `onSuccess` gets what came of it, even where the form is gone from the
 * page that was drawn anew. What it changes is shown together with that page.
 */
export function afterSuccess<T>(action: Action<T>, onSuccess: (data: T) => void): Action<T> {
  return async (previous, form) => {
    const result = await action(previous, form)
    if (result.ok) startTransition(() => onSuccess(result.data))
    return result
  }
}

/** For what says that it succeeded: the button that was pressed is gone, and keyboard users would start over at the top. */
export function useFocusAfterSuccess<Told extends HTMLElement>(result: ActionResult<unknown> | null) {
  const told = useRef<Told>(null)
  useEffect(() => {
    if (result?.ok) told.current?.focus()
  }, [result])
  return told
}

"use client"

import { createContext, useContext } from "react"
import type { ActionResult } from "@/lib/http/action"

type Action<State, T> = (previous: State, form: FormData) => Promise<ActionResult<T>>

/** Asks the person for a fresh proof; false when they leave the question. */
export type AskForProof = () => Promise<boolean>

export const StepUpContext = createContext<AskForProof>(async () => false)

/**
 * Wraps a server action: where it needs a fresh proof of who the person is, they are asked for one, and then the same
 * form is sent once more. Nothing that was typed is lost.
 */
export function useStepUp() {
  const ask = useContext(StepUpContext)
  return function withStepUp<State, T>(action: Action<State, T>): Action<State, T> {
    return async (previous, form) => {
      const result = await action(previous, form)
      if (result.ok || result.code !== "step_up_required") return result
      return (await ask()) ? action(previous, form) : result
    }
  }
}

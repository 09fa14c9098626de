"use client"

import { createContext, useContext } from "react"
import type { Action } from "@/lib/http/action"

/** Asks the person for a fresh proof; false when they leave the question. */
export type AskForProof = () => Promise<boolean>

export const StepUpContext = createContext<AskForProof>(async () => false)

/**
 * Wraps a server action: where it needs a fresh proof of who the person is, they are asked for one, and then the same
 * form is sent once more. Nothing that was typed is lost.
 */
export function useStepUp() {
  const ask = useContext(StepUpContext)
  return function withStepUp<T>(action: Action<T>): Action<T> {
    return async (previous, form) => {
      const result = await action(previous, form)
      if (result.ok || result.code !== "step_up_required") return result
      return (await ask()) ? action(previous, form) : result
    }
  }
}

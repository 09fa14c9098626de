"use client"

import { FormError } from "@/components/form-error"
import { PasswordField } from "@/components/password-field"
import { SubmitButton } from "@/components/submit-button"
import { passwordAgainAction } from "./actions"
import { useAnswer } from "./use-answer"

/** Takes the person's password once more. */
export function PasswordAgain({ onDone }: { onDone: () => void }) {
  const { result, isPending, submit } = useAnswer((form) => passwordAgainAction(null, form), onDone)
  return (
    <form onSubmit={submit} className="grid gap-4">
      <FormError result={result} />
      <PasswordField
        id="password-again"
        label="Password"
        name="password"
        kind="current"
        result={result}
        autoFocus
      />
      <SubmitButton className="w-full" size="lg" isPending={isPending}>
        Confirm
      </SubmitButton>
    </form>
  )
}

"use client"

import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { PasswordField } from "@/components/password-field"
import { SubmitButton } from "@/components/submit-button"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { KnownEmail } from "../../email-field"
import { completeSignUpAction } from "../../password-actions"

type ChoosePasswordProps = { token: string; email: string }

/** The rest of a sign-up whose address is proven. */
export function ChoosePassword({ token, email }: ChoosePasswordProps) {
  const [result, submit] = useActionState(completeSignUpAction, null)
  const fieldErrors = result?.ok === false ? result.fieldErrors : undefined
  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-4">
      <FormError result={result} />
      <input type="hidden" name="token" value={token} />
      <KnownEmail email={email} />
      <Field id="name" label="Your name" optional error={fieldErrors?.name}>
        {(control) => <Input {...control} name="name" maxLength={100} autoComplete="name" />}
      </Field>
      <PasswordField id="password" label="Password" name="password" kind="new" result={result} />
      <SubmitButton size="lg" className="w-full">
        Create account
      </SubmitButton>
    </form>
  )
}

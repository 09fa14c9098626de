"use client"

import { startRegistration } from "@simplewebauthn/browser"
import { useActionState } from "react"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import type { ActionResult } from "@/lib/http/action"
import { addPasskeyAction, startPasskeyAction } from "./actions"
import { passkeyFault } from "./passkey-fault"

type Added = ActionResult<string[] | null>

type PasskeySetupProps = {
  suggestedName: string
  /** Gets recovery codes with the first factor. */
  onAdded: (recoveryCodes: string[] | null) => void
}

/** Names a passkey and has the browser create it. */
export function PasskeySetup({ suggestedName, onAdded }: PasskeySetupProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(afterSuccess(makePasskey, onAdded), null)

  async function makePasskey(_previous: Added | null, form: FormData): Promise<Added> {
    const options = await withStepUp(startPasskeyAction)(null, new FormData())
    if (!options.ok) return options
    try {
      form.set("passkey", JSON.stringify(await startRegistration({ optionsJSON: options.data })))
    } catch (error) {
      return passkeyFault(error)
    }
    return addPasskeyAction(null, form)
  }

  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-5">
      <FormError result={result} />
      <Field
        id="passkey-name"
        label="Name"
        hint="Helps you recognise it in the list."
        error={result?.ok === false ? result.fieldErrors?.name : undefined}
      >
        {(control) => (
          <Input
            {...control}
            name="name"
            required
            maxLength={60}
            defaultValue={suggestedName}
            autoComplete="off"
          />
        )}
      </Field>
      <div>
        <SubmitButton>Create passkey</SubmitButton>
      </div>
    </form>
  )
}

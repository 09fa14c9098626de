"use client"

import { startAuthentication } from "@simplewebauthn/browser"
import { KeyRound } from "lucide-react"
import { useActionState, useEffect } from "react"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import type { ActionResult } from "@/lib/http/action"
import { passkeyOptionsAction, stepUpAction } from "./actions"
import { passkeyFault } from "./passkey-fault"

type SecondFactorFormProps = {
  takesCode: boolean
  hasPasskey: boolean
  onDone: () => void
}

/** Takes a passkey, or a code. */
export function SecondFactorForm({ takesCode, hasPasskey, onDone }: SecondFactorFormProps) {
  const [byCode, submitCode] = useActionState(stepUpAction, null)
  const [byPasskey, submitPasskey] = useActionState(stepUpByPasskey, null)
  const isDone = byCode?.ok || byPasskey?.ok

  useEffect(() => {
    if (isDone) onDone()
  }, [isDone, onDone])

  return (
    <div className="grid gap-5">
      {hasPasskey ? (
        <form action={submitPasskey} className="grid gap-4">
          <FormError result={byPasskey} />
          <SubmitButton className="w-full" size="lg">
            <KeyRound aria-hidden />
            Use a passkey
          </SubmitButton>
        </form>
      ) : null}
      {hasPasskey && takesCode ? <Or /> : null}
      {takesCode ? (
        <form action={submitCode} className="grid gap-4">
          <FormError result={byCode} />
          <Field
            id="second-factor-code"
            label="Code"
            hint="Six digits of your authenticator app, or one of your recovery codes."
            error={byCode?.ok === false ? byCode.fieldErrors?.code : undefined}
          >
            {(control) => (
              <Input
                {...control}
                name="code"
                required
                autoFocus={!hasPasskey}
                maxLength={40}
                inputMode="text"
                autoComplete="one-time-code"
                autoCapitalize="none"
                spellCheck={false}
                className="font-mono tracking-wider"
              />
            )}
          </Field>
          <SubmitButton variant={hasPasskey ? "outline" : "primary"} className="w-full" size="lg">
            Confirm
          </SubmitButton>
        </form>
      ) : null}
    </div>
  )
}

async function stepUpByPasskey(previous: ActionResult<void> | null): Promise<ActionResult<void>> {
  const options = await passkeyOptionsAction(null, new FormData())
  if (!options.ok) return options
  const form = new FormData()
  try {
    form.set("passkey", JSON.stringify(await startAuthentication({ optionsJSON: options.data })))
  } catch (error) {
    return passkeyFault(error)
  }
  return stepUpAction(previous, form)
}

export function Or() {
  return (
    <div className="flex items-center gap-3 text-muted-foreground text-xs before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
      or
    </div>
  )
}

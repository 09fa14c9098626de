"use client"

import { startAuthentication } from "@simplewebauthn/browser"
import { KeyRound } from "lucide-react"
import { FormError } from "@/components/form-error"
import { Or } from "@/components/or"
import { SubmitButton } from "@/components/submit-button"
import type { ActionResult } from "@/lib/http/action"
import { passkeyOptionsAction, stepUpAction } from "./actions"
import { CodeField } from "./code-field"
import { passkeyFault } from "./passkey-fault"
import { useAnswer } from "./use-answer"

type SecondFactorFormProps = {
  takesCode: boolean
  hasPasskey: boolean
  onDone: () => void
}

/** Takes a passkey, or a code. */
export function SecondFactorForm({ takesCode, hasPasskey, onDone }: SecondFactorFormProps) {
  const byCode = useAnswer((form) => stepUpAction(null, form), onDone)
  const byPasskey = useAnswer(stepUpByPasskey, onDone)

  return (
    <div className="grid gap-5">
      {hasPasskey ? (
        <form onSubmit={byPasskey.submit} className="grid gap-4">
          <FormError result={byPasskey.result} />
          <SubmitButton className="w-full" size="lg" isPending={byPasskey.isPending}>
            <KeyRound aria-hidden />
            Use a passkey
          </SubmitButton>
        </form>
      ) : null}
      {hasPasskey && takesCode ? <Or /> : null}
      {takesCode ? (
        <form onSubmit={byCode.submit} className="grid gap-4">
          <FormError result={byCode.result} />
          <CodeField id="second-factor-code" result={byCode.result} autoFocus={!hasPasskey} />
          <SubmitButton
            variant={hasPasskey ? "outline" : "primary"}
            className="w-full"
            size="lg"
            isPending={byCode.isPending}
          >
            Confirm
          </SubmitButton>
        </form>
      ) : null}
    </div>
  )
}

async function stepUpByPasskey(): Promise<ActionResult<void>> {
  const options = await passkeyOptionsAction(null, new FormData())
  if (!options.ok) return options
  const form = new FormData()
  try {
    form.set("passkey", JSON.stringify(await startAuthentication({ optionsJSON: options.data })))
  } catch (error) {
    return passkeyFault(error)
  }
  return stepUpAction(null, form)
}

"use client"

import { startAuthentication } from "@simplewebauthn/browser"
import { KeyRound } from "lucide-react"
import { useActionState, useEffect } from "react"
import { passkeyFault } from "@/app/second-factors/passkey-fault"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import type { ActionResult } from "@/lib/http/action"
import { passkeySignInOptionsAction, signInWithPasskeyAction } from "./passkey-actions"

/** Signs in with a passkey, and goes on to a path of ours. */
export function PasskeySignIn({ next }: { next: string }) {
  const [result, submit] = useActionState(signIn, null)

  useEffect(() => {
    if (result?.ok) goOn(next)
  }, [result, next])

  return (
    <form action={submit} className="grid gap-3">
      <FormError result={result} />
      <SubmitButton variant="outline" size="lg" className="w-full border-input">
        <KeyRound aria-hidden />
        Sign in with a passkey
      </SubmitButton>
    </form>
  )
}

/** A whole page, because what was loaded before belongs to nobody. */
function goOn(next: string) {
  window.location.assign(next)
}

async function signIn(): Promise<ActionResult<void>> {
  const options = await passkeySignInOptionsAction(null, new FormData())
  if (!options.ok) return options
  const form = new FormData()
  try {
    form.set("passkey", JSON.stringify(await startAuthentication({ optionsJSON: options.data })))
  } catch (error) {
    return passkeyFault(error)
  }
  return signInWithPasskeyAction(null, form)
}

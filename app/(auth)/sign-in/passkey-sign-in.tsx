"use client"

import { browserSupportsWebAuthnAutofill, startAuthentication } from "@simplewebauthn/browser"
import { KeyRound } from "lucide-react"
import { useActionState, useEffect } from "react"
import { passkeyFault } from "@/app/second-factors/passkey-fault"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import type { ActionResult } from "@/lib/http/action"
import { passkeySignInOptionsAction, signInWithPasskeyAction } from "./passkey-actions"

type PasskeySignInProps = {
  /** The path of ours to go on to. */
  next: string
  /** Whether the page has a field in whose suggestions the browser can offer passkeys. */
  offersAutofill: boolean
}

/** Signs in with a passkey: by the button, or from the suggestions of the e-mail field. */
export function PasskeySignIn({ next, offersAutofill }: PasskeySignInProps) {
  const [result, submit] = useActionState(() => signIn(false), null)

  useEffect(() => {
    if (offersAutofill) void signInFromSuggestion().then((result) => result?.ok && goOn(next))
  }, [offersAutofill, next])

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

async function signInFromSuggestion(): Promise<ActionResult<void> | null> {
  return (await browserSupportsWebAuthnAutofill()) ? signIn(true) : null
}

async function signIn(useBrowserAutofill: boolean): Promise<ActionResult<void>> {
  const options = await passkeySignInOptionsAction(null, new FormData())
  if (!options.ok) return options
  const form = new FormData()
  try {
    form.set(
      "passkey",
      JSON.stringify(await startAuthentication({ optionsJSON: options.data, useBrowserAutofill })),
    )
  } catch (error) {
    return passkeyFault(error)
  }
  return signInWithPasskeyAction(null, form)
}

"use client"

import {
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  WebAuthnAbortService,
} from "@simplewebauthn/browser"
import { KeyRound } from "lucide-react"
import { useActionState, useEffect } from "react"
import { passkeyFault } from "@/app/second-factors/passkey-fault"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import { minutes } from "@/lib/duration"
import type { ActionResult } from "@/lib/http/action"
import { passkeySignInOptionsAction, signInWithPasskeyAction } from "./passkey-actions"

type PasskeySignInProps = {
  next: string
  /** Whether the page has a field for an address, where browsers can offer passkeys by themselves. */
  offersInField: boolean
}

/** Signs in with a passkey, and goes on to a path of ours. */
export function PasskeySignIn({ next, offersInField }: PasskeySignInProps) {
  const [result, submit, isAsking] = useActionState(
    afterSuccess(signIn, () => goOn(next)),
    null,
  )
  // A browser has one question about passkeys open at a time, and one cookie for its challenge.
  usePasskeysInField(offersInField && !isAsking, next)

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

/** A challenge lives for five minutes; a page may be looked at for longer. */
const ASK_ANEW_EVERY = minutes(4)

/**
 * Lets the browser offer passkeys in the address field (WebAuthn conditional mediation). What goes wrong there was asked
 * for by nobody and is said by nobody: the button is still there.
 */
function usePasskeysInField(isOn: boolean, next: string) {
  useEffect(() => {
    if (!isOn) return
    let isGone = false
    async function offer() {
      if (!(await browserSupportsWebAuthnAutofill()) || isGone) return
      const options = await passkeySignInOptionsAction(null, new FormData())
      if (!options.ok || isGone) return
      const answer = await signInWith(options.data, true)
      if (answer.ok) goOn(next)
    }
    const offerQuietly = () => void offer().catch(() => undefined)
    offerQuietly()
    const timer = setInterval(offerQuietly, ASK_ANEW_EVERY)
    return () => {
      isGone = true
      clearInterval(timer)
      WebAuthnAbortService.cancelCeremony()
    }
  }, [isOn, next])
}

/** A whole page, because what was loaded before belongs to nobody. */
function goOn(next: string) {
  window.location.assign(next)
}

async function signIn(): Promise<ActionResult<void>> {
  const options = await passkeySignInOptionsAction(null, new FormData())
  return options.ok ? signInWith(options.data, false) : options
}

async function signInWith(
  optionsJSON: PublicKeyCredentialRequestOptionsJSON,
  useBrowserAutofill: boolean,
): Promise<ActionResult<void>> {
  const form = new FormData()
  try {
    form.set("passkey", JSON.stringify(await startAuthentication({ optionsJSON, useBrowserAutofill })))
  } catch (error) {
    return passkeyFault(error)
  }
  return signInWithPasskeyAction(null, form)
}

"use client"

import { useEffect, useState } from "react"
import { FormError } from "@/components/form-error"
import { Or } from "@/components/or"
import { TextLink } from "@/components/text-link"
import { Button } from "@/components/ui/button"
import type { ActionResult } from "@/lib/http/action"
import { signInAgainAction } from "./actions"
import { PasswordAgain } from "./password-again"
import { SIGNED_IN_AGAIN } from "./signed-in-again"

type SignInAgainProps = {
  providers: { id: string; name: string }[]
  hasPassword: boolean
  onDone: () => void
}

/** The person once more, by the ways they sign in. */
export function SignInAgain({ providers, hasPassword, onDone }: SignInAgainProps) {
  return (
    <div className="grid gap-4">
      {hasPassword ? <PasswordAgain onDone={onDone} /> : null}
      {hasPassword && providers.length > 0 ? <Or /> : null}
      {providers.length > 0 ? <ProvidersAgain providers={providers} onDone={onDone} /> : null}
      <p className="border-t pt-4 text-[0.8125rem] text-muted-foreground">
        Quicker next time: <TextLink href="/dashboard/security">add a passkey</TextLink>, and all it takes is
        a touch.
      </p>
    </div>
  )
}

/** There and back in a window of its own, so that what was typed here stays. */
function ProvidersAgain({ providers, onDone }: Omit<SignInAgainProps, "hasPassword">) {
  const [result, setResult] = useState<ActionResult<string> | null>(null)
  const [isAway, setAway] = useState(false)

  useEffect(() => {
    const channel = new BroadcastChannel(SIGNED_IN_AGAIN)
    channel.onmessage = onDone
    return () => channel.close()
  }, [onDone])

  async function leaveFor(provider: string) {
    // Opened before anything is awaited, or the browser takes it for a pop-up that nobody asked for.
    const own = window.open("", "latchkey-sign-in", "popup,width=520,height=680")
    const form = new FormData()
    form.set("provider", provider)
    form.set("next", own ? "/sign-in/again" : window.location.pathname + window.location.search)
    const started = await signInAgainAction(null, form)
    setResult(started)
    if (!started.ok) return own?.close()
    setAway(true)
    if (own) own.location.href = started.data
    else window.location.href = started.data
  }

  return (
    <>
      <FormError result={result} />
      {providers.map(({ id, name }) => (
        <Button key={id} variant="outline" size="lg" onClick={() => leaveFor(id)}>
          Continue with {name}
        </Button>
      ))}
      <p role="status" className="text-muted-foreground text-sm">
        {isAway
          ? "Waiting for the other window. Once you are done there, this page carries on by itself."
          : null}
      </p>
    </>
  )
}

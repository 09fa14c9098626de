"use client"

import Link from "next/link"
import { useEffect, useState } from "react"
import { FormError } from "@/components/form-error"
import { Button } from "@/components/ui/button"
import type { ActionResult } from "@/lib/http/action"
import { signInAgainAction } from "./actions"
import { SIGNED_IN_AGAIN } from "./signed-in-again"

type SignInAgainProps = { providers: { id: string; name: string }[]; onDone: () => void }

/** There and back in a window of its own, so that what was typed here stays. */
export function SignInAgain({ providers, onDone }: SignInAgainProps) {
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
    <div className="grid gap-4">
      <FormError result={result} />
      {providers.map(({ id, name }) => (
        <Button key={id} variant="outline" size="lg" onClick={() => leaveFor(id)}>
          Continue with {name}
        </Button>
      ))}
      <p role="status" className="text-muted-foreground text-sm">
        {isAway ? "Waiting for the other window. When you are back, this goes on by itself." : null}
      </p>
      <p className="border-t pt-4 text-[0.8125rem] text-muted-foreground">
        Quicker next time:{" "}
        <Link
          href="/dashboard/security"
          className="focus-ring rounded-sm font-medium text-foreground underline underline-offset-4"
        >
          add a passkey
        </Link>
        . Then this takes a touch.
      </p>
    </div>
  )
}

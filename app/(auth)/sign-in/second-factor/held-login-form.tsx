"use client"

import { startAuthentication } from "@simplewebauthn/browser"
import { KeyRound } from "lucide-react"
import Link from "next/link"
import { useActionState } from "react"
import { CodeField } from "@/app/second-factors/code-field"
import { passkeyFault } from "@/app/second-factors/passkey-fault"
import { FormError } from "@/components/form-error"
import { Or } from "@/components/or"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import type { ActionResult } from "@/lib/http/action"
import { heldLoginPasskeyAction } from "./actions"

type HeldLoginFormProps = { login: string; hasFactor: boolean; hasPasskey: boolean }
type Answer = ActionResult<string>

/** Gives a second factor to a program's sign-in, and hands the person back to the program. */
export function HeldLoginForm({ login, hasFactor, hasPasskey }: HeldLoginFormProps) {
  const [byCode, submitCode] = useActionState(
    (_: Answer | null, form: FormData) => finish({ state: login, code: String(form.get("code")) }),
    null,
  )
  const [byPasskey, submitPasskey] = useActionState(async (): Promise<Answer> => {
    const form = new FormData()
    form.set("state", login)
    const options = await heldLoginPasskeyAction(null, form)
    if (!options.ok) return options
    try {
      const passkey = await startAuthentication({ optionsJSON: options.data })
      return finish({ state: login, passkey })
    } catch (error) {
      return passkeyFault(error)
    }
  }, null)
  const tokens = [byCode, byPasskey].find((result) => result?.ok && result.data)

  if (!hasFactor)
    return (
      <div className="grid gap-4 text-sm">
        <p>
          Your organization requires a second factor, and you have none yet. Add one here, then start again
          there.
        </p>
        <Button asChild>
          <Link href="/dashboard/security">Add a second factor</Link>
        </Button>
      </div>
    )
  if (tokens?.ok)
    return <pre className="overflow-x-auto rounded-lg bg-muted p-4 font-mono text-xs">{tokens.data}</pre>
  return (
    <div className="grid gap-5">
      {hasPasskey ? (
        <form action={submitPasskey} className="grid gap-4">
          <FormError result={byPasskey} />
          <SubmitButton size="lg" className="w-full">
            <KeyRound aria-hidden />
            Use a passkey
          </SubmitButton>
        </form>
      ) : null}
      {hasPasskey ? <Or /> : null}
      <form action={submitCode} className="grid gap-4">
        <FormError result={byCode} />
        <CodeField id="held-login-code" result={byCode} />
        <SubmitButton variant={hasPasskey ? "outline" : "primary"} size="lg" className="w-full">
          Confirm
        </SubmitButton>
      </form>
    </div>
  )
}

/** To the program, or, in the plain flow, the tokens as text. */
async function finish(input: object): Promise<Answer> {
  const response = await fetch("/api/v1/auth/second-factor", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  })
  const answer = await response.json()
  if (!response.ok)
    return { ok: false, code: answer.code, message: answer.detail, requestId: answer.request_id }
  if (typeof answer.redirect_url !== "string") return { ok: true, data: JSON.stringify(answer, null, 2) }
  window.location.assign(answer.redirect_url)
  // Not settled: the button stays busy until the browser has left.
  return new Promise(() => undefined)
}

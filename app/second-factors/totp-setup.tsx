"use client"

import { useActionState, useEffect, useState } from "react"
import { afterSuccess } from "@/components/after-success"
import { CopyButton } from "@/components/copy-button"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { Label } from "@/components/ui/label"
import { Skeleton } from "@/components/ui/skeleton"
import { Textarea } from "@/components/ui/textarea"
import type { ActionResult } from "@/lib/http/action"
import { confirmTotpAction, startTotpAction } from "./actions"

type Setup = Extract<Awaited<ReturnType<typeof startTotpAction>>, { ok: true }>["data"]

/** Shows the secret as a picture and as text, and takes the first code. `onAdded` gets recovery codes with the first factor. */
export function TotpSetup({ onAdded }: { onAdded: (recoveryCodes: string[] | null) => void }) {
  const withStepUp = useStepUp()
  const [setup, setSetup] = useState<ActionResult<Setup> | null>(null)
  const [result, submit] = useActionState(afterSuccess(withStepUp(confirmTotpAction), onAdded), null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: A second start would make the picture worthless.
  useEffect(() => {
    withStepUp(startTotpAction)(null, new FormData()).then(setSetup)
  }, [])

  if (!setup) return <Skeleton className="h-72" />
  if (!setup.ok) return <FormError result={setup} />
  return (
    <form action={submit} className="grid gap-5">
      <ol className="grid list-inside list-decimal gap-4 text-sm">
        <li>
          Scan this with an authenticator app, such as the one in your phone’s password settings.
          <QrCode {...setup.data.picture} />
          <TypedSecret secret={setup.data.secret} />
        </li>
        <li>Then type the code it shows.</li>
      </ol>
      <FormError result={result} />
      <Field id="totp-code" label="Code" error={result?.ok === false ? result.fieldErrors?.code : undefined}>
        {(control) => (
          <Input
            {...control}
            name="code"
            required
            maxLength={7}
            inputMode="numeric"
            pattern="[0-9 ]{6,7}"
            title="Six digits"
            autoComplete="one-time-code"
            className="max-w-40 font-mono tracking-widest"
          />
        )}
      </Field>
      <div>
        <SubmitButton>Add app</SubmitButton>
      </div>
    </form>
  )
}

function QrCode({ size, path }: Setup["picture"]) {
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code for your authenticator app"
      shapeRendering="crispEdges"
      className="mt-3 size-44 rounded-lg border bg-white text-black"
    >
      <path d={path} fill="currentColor" />
    </svg>
  )
}

/** For who has no second device at hand to scan with. */
function TypedSecret({ secret }: { secret: string }) {
  return (
    <div className="mt-3 grid gap-2">
      <Label htmlFor="totp-secret" className="font-normal text-muted-foreground">
        Or type this key into it
      </Label>
      <div className="flex flex-wrap gap-2">
        <Textarea
          id="totp-secret"
          readOnly
          rows={2}
          value={secret.match(/.{4}/g)?.join(" ") ?? secret}
          spellCheck={false}
          autoComplete="off"
          className="min-h-0 flex-1 resize-none font-mono text-xs md:text-xs"
          onFocus={(event) => event.target.select()}
        />
        <CopyButton value={secret} size="md" />
      </div>
    </div>
  )
}

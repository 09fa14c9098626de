"use client"

import { useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { formatDateTime } from "@/components/format-time"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import {
  DialogClose,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import type { FreshApiKey } from "@/lib/api-keys/api-keys"
import { rotateApiKeyAction } from "./actions"
import type { OverlapChoice } from "./api-key-form.schema"
import { NewKey } from "./new-key"
import { OverlapField } from "./overlap-field"

/** Asks how long the secret of now may be used beside the new one; afterwards the new one. */
export function RotateKeyForm({ apiKey, appUrl }: { apiKey: ApiKeyView; appUrl: string }) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(rotateApiKeyAction), null)
  const [overlap, setOverlap] = useState<OverlapChoice>("3600")
  const [seconds, setSeconds] = useState("")

  if (result?.ok) return <NewSecret rotated={result.data} before={apiKey} appUrl={appUrl} />

  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid min-w-0 gap-5">
      <DialogHeader>
        <DialogTitle className="wrap-anywhere">Rotate “{apiKey.name}”</DialogTitle>
        <DialogDescription>
          The key gets a new secret. Its name, scopes, limits and statistics stay.
        </DialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <input type="hidden" name="id" value={apiKey.id} />
      <OverlapField
        lastFour={apiKey.lastFour}
        choice={overlap}
        onChoose={setOverlap}
        seconds={seconds}
        onSeconds={setSeconds}
        error={result?.fieldErrors?.overlap_seconds ?? result?.fieldErrors?.overlap}
      />
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="outline">Cancel</Button>
        </DialogClose>
        <SubmitButton>Rotate</SubmitButton>
      </DialogFooter>
    </form>
  )
}

type NewSecretProps = { rotated: FreshApiKey; before: ApiKeyView; appUrl: string }

function NewSecret({ rotated: { key, secret }, before, appUrl }: NewSecretProps) {
  const old = key.previousSecrets.find(({ lastFour }) => lastFour === before.lastFour)
  return (
    <NewKey title="The new secret" secret={secret} appUrl={appUrl}>
      Give it to every program that uses “{key.name}”. The old one,{" "}
      <code className="font-mono">sk_…{before.lastFour}</code>,{" "}
      {old ? `works until ${formatDateTime(old.endsAt)}.` : "is refused from now on."}
    </NewKey>
  )
}

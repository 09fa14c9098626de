"use client"

import { CircleSlash, TriangleAlert } from "lucide-react"
import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Alert } from "@/components/ui/alert"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { restoreApiKeyAction } from "../actions"
import { statusWords } from "../status-words"

type KeyStateProps = { apiKey: ApiKeyView; mayWrite: boolean; now: Date }

/** Why a key does not work, and the way back where there is one. Draws nothing for a key that works. */
export function KeyState({ apiKey, mayWrite, now }: KeyStateProps) {
  const words = statusWords(apiKey, now)
  if (!words) return null
  const { status, leaked, restorableUntil } = apiKey
  const Icon = status === "revoked" ? CircleSlash : TriangleAlert
  const variant = leaked ? "destructive" : status === "revoked" ? "neutral" : "warning"
  return (
    <Alert role="note" variant={variant} className="flex-wrap items-center sm:flex-nowrap">
      <Icon aria-hidden className="self-start" />
      <p className="wrap-anywhere min-w-0 flex-1">{words}</p>
      {mayWrite && restorableUntil ? <UndoRevoke id={apiKey.id} /> : null}
    </Alert>
  )
}

function UndoRevoke({ id }: { id: string }) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(restoreApiKeyAction), null)
  return (
    <form action={submit} className="grid w-full gap-2 sm:w-auto">
      <input type="hidden" name="id" value={id} />
      <FormError result={result} />
      <SubmitButton variant="outline" size="sm">
        Undo revoke
      </SubmitButton>
    </form>
  )
}

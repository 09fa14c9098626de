"use client"

import { startTransition, useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { QuestionDialog } from "@/components/question-dialog"
import { SubmitButton } from "@/components/submit-button"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import type { ActionResult } from "@/lib/http/action"
import { revokeApiKeyAction } from "./actions"

type RevokeKeyDialogProps = {
  /** Null: closed. */
  apiKey: ApiKeyView | null
  onClose: () => void
  onRevoked: (name: string) => void
  returnFocusTo: () => void
}

export function RevokeKeyDialog({ apiKey, onClose, onRevoked, returnFocusTo }: RevokeKeyDialogProps) {
  return (
    <QuestionDialog isOpen={apiKey !== null} onClose={onClose} returnFocusTo={returnFocusTo}>
      {apiKey ? (
        <RevokeKeyForm
          apiKey={apiKey}
          onRevoked={() => {
            onRevoked(apiKey.name)
            onClose()
          }}
        />
      ) : null}
    </QuestionDialog>
  )
}

function RevokeKeyForm({ apiKey, onRevoked }: { apiKey: ApiKeyView; onRevoked: () => void }) {
  const [reason, setReason] = useState("")
  const [result, submit] = useActionState(revokeThenClose, null)

  async function revokeThenClose(previous: ActionResult<ApiKeyView> | null, form: FormData) {
    const result = await revokeApiKeyAction(previous, form)
    if (result.ok) startTransition(onRevoked)
    return result
  }

  return (
    <form action={submit} className="grid min-w-0 gap-5">
      <DialogHeader className="pr-0">
        <AlertDialogTitle className="break-words">Revoke “{apiKey.name}”?</AlertDialogTitle>
        <AlertDialogDescription>
          Programs that use <code className="font-mono">sk_…{apiKey.lastFour}</code> are refused at once. This
          cannot be undone.
        </AlertDialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <input type="hidden" name="id" value={apiKey.id} />
      <Field
        id="revoke-reason"
        label="Reason"
        optional
        hint="Kept with the key, for whoever looks later."
        error={result?.ok === false ? result.fieldErrors?.reason : undefined}
      >
        {(control) => (
          <Input
            {...control}
            name="reason"
            maxLength={200}
            autoComplete="off"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <DialogFooter>
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <SubmitButton variant="destructive">Revoke</SubmitButton>
      </DialogFooter>
    </form>
  )
}

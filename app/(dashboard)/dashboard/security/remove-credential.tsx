"use client"

import { useActionState, useRef, useState } from "react"
import { FormError } from "@/components/form-error"
import { QuestionDialog } from "@/components/question-dialog"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { ActionResult } from "@/lib/http/action"

type Remove = (previous: ActionResult<void> | null, form: FormData) => Promise<ActionResult<void>>

type RemoveCredentialProps = {
  name: string
  verb?: "Remove" | "Unlink"
  /** What happens then, said before. */
  consequence: string
  fields: Record<string, string>
  action: Remove
}

/** Asks before it removes a sign-in method or a second factor. */
export function RemoveCredential({
  name,
  verb = "Remove",
  consequence,
  fields,
  action,
}: RemoveCredentialProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(action), null)
  const [asking, setAsking] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const card = useRef<HTMLElement>(null)
  return (
    <>
      <Button
        ref={button}
        variant="ghost"
        size="sm"
        aria-label={`${verb} ${name}`}
        aria-haspopup="dialog"
        onClick={(event) => {
          card.current = event.currentTarget.closest("section")
          setAsking(true)
        }}
      >
        {verb}
      </Button>
      <QuestionDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        // The button is gone with what was removed; without the card, keyboard users start over at the top.
        returnFocusTo={() => (button.current ?? card.current)?.focus()}
      >
        <form action={submit} className="grid gap-5">
          {Object.entries(fields).map(([field, value]) => (
            <input key={field} type="hidden" name={field} value={value} />
          ))}
          <DialogHeader className="pr-0">
            <AlertDialogTitle>
              {verb} “{name}”?
            </AlertDialogTitle>
            <AlertDialogDescription>{consequence}</AlertDialogDescription>
          </DialogHeader>
          <FormError result={result} />
          <DialogFooter>
            <AlertDialogCancel asChild>
              <Button variant="outline">Cancel</Button>
            </AlertDialogCancel>
            <SubmitButton variant="destructive">{verb}</SubmitButton>
          </DialogFooter>
        </form>
      </QuestionDialog>
    </>
  )
}

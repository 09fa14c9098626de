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

type RemoveFactorProps = {
  name: string
  verb?: "Remove" | "Unlink"
  /** What else happens, said before. */
  consequence?: string
  fields: Record<string, string>
  action: Remove
}

const FACTOR_CONSEQUENCE =
  "It is no use any more for signing in or confirming changes. You get a mail about it."

/** Asks before it removes a factor or a way in. */
export function RemoveFactor({
  name,
  verb = "Remove",
  consequence = FACTOR_CONSEQUENCE,
  fields,
  action,
}: RemoveFactorProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(action), null)
  const [asking, setAsking] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <Button
        ref={button}
        variant="ghost"
        size="sm"
        aria-label={`${verb} ${name}`}
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        {verb}
      </Button>
      <QuestionDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        returnFocusTo={() => button.current?.focus()}
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

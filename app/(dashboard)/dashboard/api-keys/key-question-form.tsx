"use client"

import { type ReactNode, startTransition, useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import type { ActionResult } from "@/lib/http/action"

type KeyAction = (
  previous: ActionResult<ApiKeyView> | null,
  form: FormData,
) => Promise<ActionResult<ApiKeyView>>

type KeyQuestionFormProps = {
  apiKey: ApiKeyView
  action: KeyAction
  title: string
  /** What will happen. */
  description: ReactNode
  /** The name of the button that does it. */
  verb: string
  isDestructive?: boolean
  onDone: (key: ApiKeyView) => void
  children?: (errors: Record<string, string> | undefined) => ReactNode
}

/** A question about one key: what will happen, what else to say to it, and the button that does it. */
export function KeyQuestionForm({ apiKey, action, onDone, ...words }: KeyQuestionFormProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(actThenTell, null)

  async function actThenTell(previous: ActionResult<ApiKeyView> | null, form: FormData) {
    const result = await withStepUp(action)(previous, form)
    if (result.ok) startTransition(() => onDone(result.data))
    return result
  }

  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid min-w-0 gap-5">
      <DialogHeader className="pr-0">
        <AlertDialogTitle className="wrap-anywhere">{words.title}</AlertDialogTitle>
        <AlertDialogDescription>{words.description}</AlertDialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <input type="hidden" name="id" value={apiKey.id} />
      {words.children?.(result?.ok === false ? result.fieldErrors : undefined)}
      <DialogFooter>
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <SubmitButton variant={words.isDestructive ? "destructive" : "primary"}>{words.verb}</SubmitButton>
      </DialogFooter>
    </form>
  )
}

"use client"

import { startTransition, useActionState } from "react"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { ActionResult } from "@/lib/http/action"
import { applyPostureAction } from "./actions"
import { countOfKeys, type PostureFault } from "./posture-faults"

type PostureQuestionProps = { fault: PostureFault; ids: string[]; onDone: (count: number) => void }

/** What will happen to the chosen keys, all of them or none. */
export function PostureQuestion({ fault, ids, onDone }: PostureQuestionProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(applyThenTell, null)
  const { change, verb, consequence, isDestructive } = fault

  async function applyThenTell(previous: ActionResult<number> | null, form: FormData) {
    const result = await withStepUp(applyPostureAction)(previous, form)
    if (result.ok) startTransition(() => onDone(result.data))
    return result
  }

  return (
    <form action={submit} className="grid min-w-0 gap-5">
      <DialogHeader className="pr-0">
        <AlertDialogTitle>
          {verb}: {countOfKeys(ids.length)}?
        </AlertDialogTitle>
        <AlertDialogDescription>{consequence}</AlertDialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <input type="hidden" name="ids" value={ids.join(",")} />
      <input type="hidden" name="change" value={change} />
      <DialogFooter>
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <SubmitButton variant={isDestructive ? "destructive" : "primary"}>{verb}</SubmitButton>
      </DialogFooter>
    </form>
  )
}

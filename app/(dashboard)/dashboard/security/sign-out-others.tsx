"use client"

import { useRef, useState } from "react"
import { QuestionDialog } from "@/components/question-dialog"
import { SubmitButton } from "@/components/submit-button"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { SessionView } from "@/lib/auth/session-list"
import { sessionCount } from "./session-names"

type SignOutOthersProps = { others: SessionView[]; revoke: (form: FormData) => void }

/** Asks before it sends its form. */
export function SignOutOthers({ others, revoke }: SignOutOthersProps) {
  const [asking, setAsking] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  function confirm() {
    setAsking(false)
    form.current?.requestSubmit()
  }

  return (
    <>
      <form ref={form} action={revoke}>
        <input type="hidden" name="which" value="others" />
        <SubmitButton
          ref={button}
          variant="outline"
          aria-haspopup="dialog"
          onClick={(event) => {
            event.preventDefault()
            setAsking(true)
          }}
        >
          Sign out everywhere else
        </SubmitButton>
      </form>
      <QuestionDialog
        isOpen={asking}
        onClose={() => setAsking(false)}
        returnFocusTo={() => button.current?.focus()}
      >
        <Question others={others} onConfirm={confirm} />
      </QuestionDialog>
    </>
  )
}

function Question({ others, onConfirm }: { others: SessionView[]; onConfirm: () => void }) {
  const hasPrograms = others.some(({ client }) => client)
  return (
    <>
      <DialogHeader className="pr-0">
        <AlertDialogTitle>Sign out {sessionCount(others)}?</AlertDialogTitle>
        <AlertDialogDescription>
          {hasPrograms ? "Programs must sign in again." : "You stay signed in here."}
        </AlertDialogDescription>
      </DialogHeader>
      <DialogFooter>
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <Button variant="destructive" onClick={onConfirm}>
          Sign out
        </Button>
      </DialogFooter>
    </>
  )
}

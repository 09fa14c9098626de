"use client"

import { type SyntheticEvent, useRef, useState } from "react"
import { QuestionDialog } from "@/components/question-dialog"
import { Question } from "@/components/question-form"
import { SubmitButton } from "@/components/submit-button"
import type { SessionView } from "@/lib/auth/session-list"
import { sessionCount } from "./session-names"

type SignOutOthersProps = { others: SessionView[]; revoke: (form: FormData) => void }

/** Asks before it sends its form. */
export function SignOutOthers({ others, revoke }: SignOutOthersProps) {
  const [asking, setAsking] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const hasPrograms = others.some(({ client }) => client)

  function confirm(event: SyntheticEvent) {
    event.preventDefault()
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
        <Question
          title={`Sign out ${sessionCount(others)}?`}
          description={hasPrograms ? "Programs must sign in again." : "You stay signed in here."}
          verb="Sign out"
          isDestructive
          onSubmit={confirm}
        />
      </QuestionDialog>
    </>
  )
}

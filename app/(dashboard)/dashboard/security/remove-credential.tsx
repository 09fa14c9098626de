"use client"

import { useRef, useState } from "react"
import { QuestionDialog } from "@/components/question-dialog"
import { QuestionForm } from "@/components/question-form"
import { Button } from "@/components/ui/button"
import type { Action } from "@/lib/http/action"

type RemoveCredentialProps = {
  name: string
  verb?: "Remove" | "Unlink"
  /** What happens then, said before. */
  consequence: string
  fields: Record<string, string>
  action: Action<void>
}

/** Asks before it removes a sign-in method or a second factor. */
export function RemoveCredential({
  name,
  verb = "Remove",
  consequence,
  fields,
  action,
}: RemoveCredentialProps) {
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
        <QuestionForm
          title={`${verb} “${name}”?`}
          description={consequence}
          verb={verb}
          isDestructive
          action={action}
          fields={fields}
        />
      </QuestionDialog>
    </>
  )
}

"use client"

import { useState } from "react"
import { QuestionDialog } from "@/components/question-dialog"
import { Dialog, DialogContent } from "@/components/ui/dialog"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import type { KeyQuestion } from "./key-choices"
import { ResumeKeyForm } from "./resume-key-form"
import { RevokeKeyForm } from "./revoke-key-form"
import { RotateKeyForm } from "./rotate-key-form"
import { SuspendKeyForm } from "./suspend-key-form"

type Asked = { question: KeyQuestion; apiKey: ApiKeyView; isOpen: boolean }

/** Which question about which key is open. What was asked last stays known, so that a dialog closes with its words. */
export function useKeyQuestion() {
  const [asked, setAsked] = useState<Asked | null>(null)
  return {
    asked,
    ask: (question: KeyQuestion, apiKey: ApiKeyView) => setAsked({ question, apiKey, isOpen: true }),
    close: () => setAsked((asked) => asked && { ...asked, isOpen: false }),
  }
}

type KeyDialogsProps = {
  asked: Asked | null
  appUrl: string
  onClose: () => void
  /** Told what was done, in a sentence. */
  onDone: (words: string) => void
  returnFocusTo: () => void
}

export function KeyDialogs({ asked, onClose, onDone, returnFocusTo, appUrl }: KeyDialogsProps) {
  const { question, apiKey, isOpen = false } = asked ?? {}
  const finish = (words: string) => {
    onDone(words)
    onClose()
  }
  return (
    <>
      <QuestionDialog
        isOpen={isOpen && question !== "rotate"}
        onClose={onClose}
        returnFocusTo={returnFocusTo}
      >
        {apiKey && question === "suspend" ? <SuspendKeyForm apiKey={apiKey} onDone={finish} /> : null}
        {apiKey && question === "resume" ? <ResumeKeyForm apiKey={apiKey} onDone={finish} /> : null}
        {apiKey && question === "revoke" ? <RevokeKeyForm apiKey={apiKey} onDone={finish} /> : null}
      </QuestionDialog>
      <Dialog open={isOpen && question === "rotate"} onOpenChange={(open) => (open ? undefined : onClose())}>
        <DialogContent
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            returnFocusTo()
          }}
        >
          {apiKey ? <RotateKeyForm apiKey={apiKey} appUrl={appUrl} /> : null}
        </DialogContent>
      </Dialog>
    </>
  )
}

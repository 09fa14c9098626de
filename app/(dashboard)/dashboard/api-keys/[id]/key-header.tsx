"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { AllKeysLink } from "../all-keys-link"
import { type KeyQuestion, keyChoices } from "../key-choices"
import { KeyDialogs, useKeyQuestion } from "../key-dialogs"
import { KeyStatusBadge } from "../key-status-badge"

type KeyHeaderProps = { apiKey: ApiKeyView; appUrl: string; mayWrite: boolean }

export function KeyHeader({ apiKey, appUrl, mayWrite }: KeyHeaderProps) {
  const { asked, ask, close } = useKeyQuestion()
  const [notice, setNotice] = useState("")
  const { name, prefix, lastFour, status } = apiKey

  /** The button that asked may be gone by then: a revoked key has none. */
  function focusWhatAsked() {
    const button = asked && document.getElementById(buttonId(asked.question))
    const heading = document.getElementById("key-name-heading")
    ;(button ?? heading)?.focus()
  }

  return (
    <header className="mb-6">
      <AllKeysLink />
      <div className="mt-3 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1
              id="key-name-heading"
              tabIndex={-1}
              className="wrap-anywhere font-semibold text-2xl tracking-tight outline-none"
            >
              {name}
            </h1>
            <KeyStatusBadge status={status} />
          </div>
          <p className="wrap-anywhere mt-1.5 font-mono text-[0.8125rem] text-muted-foreground">
            {prefix}…{lastFour}
          </p>
        </div>
        {mayWrite ? <KeyButtons apiKey={apiKey} onAsk={(question) => ask(question, apiKey)} /> : null}
      </div>
      <p role="status" className="wrap-anywhere text-muted-foreground text-sm not-empty:mt-3">
        {notice}
      </p>
      <KeyDialogs
        asked={asked}
        appUrl={appUrl}
        onClose={close}
        onDone={setNotice}
        returnFocusTo={focusWhatAsked}
      />
    </header>
  )
}

type KeyButtonsProps = { apiKey: ApiKeyView; onAsk: (question: KeyQuestion) => void }

function KeyButtons({ apiKey, onAsk }: KeyButtonsProps) {
  const { mayRotate, maySuspend, mayResume, mayRevoke } = keyChoices(apiKey)
  const buttons = [
    { question: "resume", label: "Resume", isShown: mayResume },
    { question: "rotate", label: "Rotate", isShown: mayRotate },
    { question: "suspend", label: "Suspend", isShown: maySuspend },
    { question: "revoke", label: "Revoke", isShown: mayRevoke },
  ] as const
  return (
    <div className="flex flex-wrap gap-2">
      {buttons.map(({ question, label, isShown }) =>
        isShown ? (
          <Button
            key={question}
            id={buttonId(question)}
            variant="outline"
            aria-haspopup="dialog"
            className={question === "revoke" ? "text-destructive" : undefined}
            onClick={() => onAsk(question)}
          >
            {label}
          </Button>
        ) : null,
      )}
    </div>
  )
}

function buttonId(question: KeyQuestion): string {
  return `${question}-key`
}

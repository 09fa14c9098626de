"use client"

import { useRouter } from "next/navigation"
import { useActionState, useState } from "react"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { Button } from "@/components/ui/button"
import { Dialog, DialogContent } from "@/components/ui/dialog"
import { NewKey } from "../new-key"
import { answerFindingAction } from "./usage-finding-actions"
import { FINDINGS_HEADING } from "./usage-findings-heading"

type FindingAnswersProps = { findingId: string; keyName: string; limit: number; appUrl: string }

/** What a person can say to a finding, each with one click. */
export function FindingAnswers({ findingId, keyName, limit, appUrl }: FindingAnswersProps) {
  const withStepUp = useStepUp()
  const [result, submit, isPending] = useActionState(
    afterSuccess(withStepUp(answerFindingAction), ({ secret }) => {
      if (secret === null) focusHeading()
    }),
    null,
  )
  const [closed, setClosed] = useState(false)
  const router = useRouter()
  const answers = [
    ["it_was_us", "It was us", "The key goes on"],
    ["limit", "Limit", `To ${limit} requests a minute at most`],
    ["suspend", "Suspend", "Until you resume it"],
    ["revoke_and_rotate", "Revoke and rotate", "Ends the secret at once and shows a new one"],
  ] as const
  const secret = result?.ok ? result.data.secret : null

  function close() {
    setClosed(true)
    router.refresh()
  }

  return (
    <>
      <form action={submit} className="flex flex-wrap gap-2" aria-label="What was it?">
        <input type="hidden" name="id" value={findingId} />
        {answers.map(([answer, label, title]) => (
          <Button
            key={answer}
            type="submit"
            name="answer"
            value={answer}
            size="sm"
            title={title}
            aria-disabled={isPending}
            onClick={(event) => (isPending ? event.preventDefault() : undefined)}
            variant={answer === "revoke_and_rotate" ? "destructive" : "outline"}
          >
            {label}
          </Button>
        ))}
      </form>
      <FormError result={result} />
      {secret ? (
        <Dialog open={!closed} onOpenChange={close}>
          <DialogContent
            aria-describedby={undefined}
            onInteractOutside={(event) => event.preventDefault()}
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              focusHeading()
            }}
          >
            <NewKey title="Your new key" secret={secret} appUrl={appUrl}>
              The old secret of “{keyName}” is refused from now on. Copy the new one.
            </NewKey>
          </DialogContent>
        </Dialog>
      ) : null}
    </>
  )
}

function focusHeading() {
  document.getElementById(FINDINGS_HEADING)?.focus()
}

"use client"

import { useActionState, useCallback, useEffect, useState } from "react"
import { completeFactorResetAction, requestFactorResetAction } from "@/app/second-factors/actions"
import { AddFactor } from "@/app/second-factors/add-factor"
import { SecondFactorForm } from "@/app/second-factors/second-factor-form"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { formatDate } from "@/components/format-time"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import type { PendingView } from "@/lib/auth/step-up-choices"

type PendingSignInProps = {
  /** Null once nothing is awaited any more. */
  view: PendingView | null
  next: string
  suggestedName: string
}

/** Takes the second factor, has one added where there is none, and knows the way out for who has lost them. */
export function PendingSignIn({ view, next, suggestedName }: PendingSignInProps) {
  // A whole page, because everything that was loaded before belongs to nobody.
  const goOn = useCallback(() => window.location.assign(next), [next])
  const [isEnrolling] = useState(view?.mustEnrol === true && view.isFreshSignIn)
  const isDone = view === null && !isEnrolling

  useEffect(() => {
    if (isDone) goOn()
  }, [isDone, goOn])

  if (isEnrolling) return <AddFactor suggestedName={suggestedName} onFinished={goOn} finishLabel="Continue" />
  if (!view) return <p className="text-sm">You are signed in.</p>
  if (view.mustEnrol) return <SignInFirst />
  return (
    <div className="grid gap-6">
      {view.takesCode || view.hasPasskey ? (
        <SecondFactorForm takesCode={view.takesCode} hasPasskey={view.hasPasskey} onDone={goOn} />
      ) : (
        <p className="text-sm">None of your second factors works any more.</p>
      )}
      <LostFactors view={view} onDone={goOn} />
    </div>
  )
}

function SignInFirst() {
  return (
    <form method="post" action="/sign-out" className="grid gap-4 text-sm">
      <p>Adding one needs a recent sign-in, and yours is too old. Sign out, then sign in again.</p>
      <div>
        <Button type="submit">Sign out</Button>
      </div>
    </form>
  )
}

function LostFactors({ view, onDone }: { view: PendingView; onDone: () => void }) {
  const [requested, request] = useActionState(requestFactorResetAction, null)
  const [completed, complete] = useActionState(afterSuccess(completeFactorResetAction, onDone), null)
  const reset = requested?.ok ? requested.data : view.reset

  return (
    <details className="border-t pt-4 text-sm" open={Boolean(view.reset)}>
      <summary className="focus-ring w-fit rounded-sm text-[0.8125rem] text-muted-foreground underline underline-offset-4">
        I have lost all my second factors
      </summary>
      <div className="mt-3 grid gap-3">
        {reset ? <ResetState readyAt={reset.readyAt} isReady={reset.isReady} /> : <HowResetWorks />}
        <FormError result={requested} />
        <FormError result={completed} />
        {reset ? null : (
          <form action={request}>
            <SubmitButton variant="outline" size="sm">
              Start the waiting period
            </SubmitButton>
          </form>
        )}
        {reset?.isReady ? (
          <form action={complete}>
            <SubmitButton variant="destructive" size="sm">
              Remove my second factors
            </SubmitButton>
          </form>
        ) : null}
      </div>
    </details>
  )
}

function HowResetWorks() {
  return (
    <p className="text-muted-foreground">
      They can be removed after a waiting period. We e-mail you right away, and anyone who still has one of
      them can stop it by using it.
    </p>
  )
}

function ResetState({ readyAt, isReady }: { readyAt: Date; isReady: boolean }) {
  return (
    <p role="status" className="text-muted-foreground">
      {isReady
        ? "The waiting period is over. Removing them signs you out everywhere else."
        : `Come back and sign in again after ${formatDate(readyAt)}. We have e-mailed you.`}
    </p>
  )
}

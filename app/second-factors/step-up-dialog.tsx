"use client"

import Link from "next/link"
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react"
import { FormError } from "@/components/form-error"
import { StepUpContext } from "@/components/step-up"
import { Button } from "@/components/ui/button"
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog"
import { Skeleton } from "@/components/ui/skeleton"
import type { ActionResult } from "@/lib/http/action"
import { stepUpChoicesAction } from "./actions"
import { SecondFactorForm } from "./second-factor-form"
import { SignInAgain } from "./sign-in-again"
import { unreachable } from "./unreachable"

type Choices = Extract<Awaited<ReturnType<typeof stepUpChoicesAction>>, { ok: true }>["data"]

/** Asks, wherever in the dashboard something sensitive is about to happen, that the person proves who they are. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [isOpen, setOpen] = useState(false)
  const answer = useRef<((isProven: boolean) => void) | null>(null)

  const ask = useCallback(() => {
    setOpen(true)
    return new Promise<boolean>((resolve) => {
      answer.current?.(false)
      answer.current = resolve
    })
  }, [])

  const close = useCallback((isProven: boolean) => {
    setOpen(false)
    answer.current?.(isProven)
    answer.current = null
  }, [])

  return (
    <StepUpContext value={ask}>
      {children}
      <Dialog open={isOpen} onOpenChange={(open) => (open ? undefined : close(false))}>
        <DialogContent className="max-w-md" onInteractOutside={(event) => event.preventDefault()}>
          <StepUp onDone={() => close(true)} />
        </DialogContent>
      </Dialog>
    </StepUpContext>
  )
}

function StepUp({ onDone }: { onDone: () => void }) {
  const [choices, setChoices] = useState<ActionResult<Choices> | null>(null)

  useEffect(() => {
    stepUpChoicesAction(null, new FormData()).then(setChoices, () => setChoices(unreachable))
  }, [])

  return (
    <>
      <DialogHeader>
        <DialogTitle>Confirm that it is you</DialogTitle>
        <DialogDescription>
          This is a sensitive change. You then carry on where you were, and are not asked again for a while.
        </DialogDescription>
      </DialogHeader>
      {choices === null ? <Skeleton className="h-24" /> : null}
      <FormError result={choices} />
      {choices?.ok ? <Ways choices={choices.data} onDone={onDone} /> : null}
    </>
  )
}

function Ways({ choices, onDone }: { choices: Choices; onDone: () => void }) {
  const { takesCode, hasPasskey, again } = choices
  if (again) return <SignInAgain {...again} onDone={onDone} />
  if (takesCode || hasPasskey)
    return <SecondFactorForm takesCode={takesCode} hasPasskey={hasPasskey} onDone={onDone} />
  return (
    <div className="grid gap-4 text-sm">
      <p>Your organization requires a second factor for this, and you have none that works.</p>
      <Button asChild>
        <Link href="/dashboard/security">Add a second factor</Link>
      </Button>
    </div>
  )
}

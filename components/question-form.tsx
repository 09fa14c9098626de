"use client"

import { type ComponentProps, type ReactNode, useActionState } from "react"
import { AlertDialogCancel, AlertDialogDescription, AlertDialogTitle } from "@/components/ui/alert-dialog"
import { Button } from "@/components/ui/button"
import { DialogFooter, DialogHeader } from "@/components/ui/dialog"
import type { Action } from "@/lib/http/action"
import { afterSuccess } from "./after-success"
import { FormError } from "./form-error"
import { keepWhatWasTyped } from "./keep-what-was-typed"
import { useStepUp } from "./step-up"
import { SubmitButton } from "./submit-button"

type QuestionWords = {
  title: string
  /** What will happen. */
  description: ReactNode
  /** The name of the button that does it. */
  verb: string
  isDestructive?: boolean
}

type QuestionFormProps<T> = QuestionWords & {
  action: Action<T>
  /** What the action is told beside what the person says. */
  fields?: Record<string, string>
  /** Left out where the page that is drawn anew has no such question any more. */
  onDone?: (data: T) => void
  children?: (errors: Record<string, string> | undefined) => ReactNode
}

/** In a QuestionDialog: what will happen, what else to say to it, and the button that does it. */
export function QuestionForm<T>({
  action,
  fields = {},
  onDone = () => undefined,
  children,
  ...words
}: QuestionFormProps<T>) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(afterSuccess(withStepUp(action), onDone), null)
  return (
    <Question {...words} action={submit} onReset={keepWhatWasTyped}>
      <FormError result={result} />
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children?.(result?.ok === false ? result.fieldErrors : undefined)}
    </Question>
  )
}

/** The same for a form that sends no action itself. */
export function Question({
  title,
  description,
  verb,
  isDestructive = false,
  children,
  ...form
}: QuestionWords & Omit<ComponentProps<"form">, "title">) {
  return (
    <form {...form} className="grid min-w-0 gap-5">
      <DialogHeader className="pr-0">
        <AlertDialogTitle className="wrap-anywhere">{title}</AlertDialogTitle>
        <AlertDialogDescription>{description}</AlertDialogDescription>
      </DialogHeader>
      {children}
      <DialogFooter>
        <AlertDialogCancel asChild>
          <Button variant="outline">Cancel</Button>
        </AlertDialogCancel>
        <SubmitButton variant={isDestructive ? "destructive" : "primary"}>{verb}</SubmitButton>
      </DialogFooter>
    </form>
  )
}

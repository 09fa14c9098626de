"use client"

import { useActionState, useState } from "react"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { PasswordField } from "@/components/password-field"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import {
  Dialog,
  DialogClose,
  DialogContent,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
  DialogTrigger,
} from "@/components/ui/dialog"
import { setPasswordAction } from "./sign-in-method-actions"

type PasswordDialogProps = { hasPassword: boolean; email: string }

/** Adds a password, or changes it. */
export function PasswordDialog({ hasPassword, email }: PasswordDialogProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Dialog open={isOpen} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button variant="outline" size="sm">
          {hasPassword ? "Change password" : "Add password"}
        </Button>
      </DialogTrigger>
      <DialogContent className="max-w-md" onInteractOutside={(event) => event.preventDefault()}>
        <PasswordForm hasPassword={hasPassword} email={email} onDone={() => setOpen(false)} />
      </DialogContent>
    </Dialog>
  )
}

function PasswordForm({ hasPassword, email, onDone }: PasswordDialogProps & { onDone: () => void }) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(afterSuccess(withStepUp(setPasswordAction), onDone), null)

  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-5">
      <DialogHeader>
        <DialogTitle>{hasPassword ? "Change password" : "Add a password"}</DialogTitle>
        <DialogDescription>
          {hasPassword
            ? "This signs you out everywhere else. We’ll e-mail you about it."
            : `You can then also sign in with ${email} and this password. We’ll e-mail you about it.`}
        </DialogDescription>
      </DialogHeader>
      <FormError result={result} />
      {/* Tells password managers whose password it is. */}
      <input type="email" value={email} readOnly autoComplete="username" className="hidden" />
      {hasPassword ? (
        <PasswordField
          id="current-password"
          label="Current password"
          name="current_password"
          kind="current"
          result={result}
        />
      ) : null}
      <PasswordField id="new-password" label="New password" name="password" kind="new" result={result} />
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="outline">Cancel</Button>
        </DialogClose>
        <SubmitButton>{hasPassword ? "Change" : "Add"}</SubmitButton>
      </DialogFooter>
    </form>
  )
}

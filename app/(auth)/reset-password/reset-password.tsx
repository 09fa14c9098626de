"use client"

import { CircleCheck } from "lucide-react"
import Link from "next/link"
import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { PasswordField } from "@/components/password-field"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import { DoneNote } from "../done-note"
import { KnownEmail } from "../email-field"
import { resetPasswordAction } from "../password-actions"

type ResetPasswordProps = { token: string; email: string }

/** Takes a new password in place of the forgotten one. */
export function ResetPassword({ token, email }: ResetPasswordProps) {
  const [result, submit] = useActionState(resetPasswordAction, null)
  if (result?.ok)
    return (
      <div className="grid gap-4">
        <DoneNote icon={<CircleCheck aria-hidden />}>
          Your password has been changed, and you are signed out everywhere.
        </DoneNote>
        <Button asChild size="lg">
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </div>
    )
  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-4">
      <FormError result={result} />
      <input type="hidden" name="token" value={token} />
      <KnownEmail email={email} />
      <PasswordField id="password" label="New password" name="password" kind="new" result={result} />
      <SubmitButton size="lg" className="w-full">
        Change password
      </SubmitButton>
    </form>
  )
}

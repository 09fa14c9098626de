"use client"

import { CircleCheck } from "lucide-react"
import Link from "next/link"
import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { PasswordField } from "@/components/password-field"
import { SubmitButton } from "@/components/submit-button"
import { Alert } from "@/components/ui/alert"
import { Button } from "@/components/ui/button"
import { Input } from "@/components/ui/input"
import { resetPasswordAction } from "../password-actions"

type ResetPasswordProps = { token: string; email: string }

/** Takes a new password in place of the forgotten one. */
export function ResetPassword({ token, email }: ResetPasswordProps) {
  const [result, submit] = useActionState(resetPasswordAction, null)
  if (result?.ok)
    return (
      <div className="grid gap-4">
        <Alert variant="neutral" role="status">
          <CircleCheck aria-hidden />
          <p>Your password is changed, and you are signed out everywhere.</p>
        </Alert>
        <Button asChild size="lg">
          <Link href="/sign-in">Sign in</Link>
        </Button>
      </div>
    )
  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-4">
      <FormError result={result} />
      <input type="hidden" name="token" value={token} />
      {/* Tells password managers whose password it is. */}
      <Input type="email" value={email} readOnly autoComplete="username" aria-label="E-mail address" />
      <PasswordField id="password" label="New password" name="password" kind="new" result={result} />
      <SubmitButton size="lg" className="w-full">
        Change password
      </SubmitButton>
    </form>
  )
}

"use client"

import Link from "next/link"
import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { PasswordField } from "@/components/password-field"
import { SubmitButton } from "@/components/submit-button"
import { EmailField } from "../email-field"
import { signInWithPasswordAction } from "../password-actions"

/** Signs in with a password, or with the passkey that the browser offers in the address field. */
export function PasswordSignIn({ next }: { next: string }) {
  const [result, submit] = useActionState(signInWithPasswordAction, null)
  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-4">
      <FormError result={result} />
      <input type="hidden" name="next" value={next} />
      <EmailField result={result} autoComplete="username webauthn" />
      <PasswordField id="password" label="Password" name="password" kind="current" result={result} />
      <SubmitButton size="lg" className="w-full">
        Sign in
      </SubmitButton>
      <p className="text-center text-sm">
        <Link
          href="/forgot-password"
          className="focus-ring rounded-sm text-muted-foreground underline underline-offset-4 hover:text-foreground"
        >
          Forgot your password?
        </Link>
      </p>
    </form>
  )
}

"use client"

import { MailCheck } from "lucide-react"
import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { SubmitButton } from "@/components/submit-button"
import { PageLink } from "@/components/text-link"
import type { Action } from "@/lib/http/action"
import { DoneNote } from "./done-note"
import { EmailField } from "./email-field"

type MailRequestFormProps = {
  /** Sends the mail and answers with the address it went to. */
  action: Action<string>
  submitLabel: string
  /** The page that this form is on, for another try. */
  path: "/sign-up" | "/forgot-password"
}

/** Asks for an address and has a mail sent there. Says the same for every address. */
export function MailRequestForm({ action, submitLabel, path }: MailRequestFormProps) {
  const [result, submit] = useActionState(action, null)
  if (result?.ok)
    return (
      <DoneNote icon={<MailCheck aria-hidden />}>
        <span className="block font-medium text-foreground">Check your e-mail</span>
        We’ve sent a message to <span className="wrap-anywhere text-foreground">{result.data}</span>. Its link
        works for half an hour. Nothing after a few minutes? Check your spam folder, then{" "}
        <PageLink href={path}>try again</PageLink>.
      </DoneNote>
    )
  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid gap-4">
      <FormError result={result} />
      <EmailField result={result} autoComplete="email" />
      <SubmitButton size="lg" className="w-full">
        {submitLabel}
      </SubmitButton>
    </form>
  )
}

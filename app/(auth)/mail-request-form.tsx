"use client"

import { MailCheck } from "lucide-react"
import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { SubmitButton } from "@/components/submit-button"
import { Alert } from "@/components/ui/alert"
import type { ActionResult } from "@/lib/http/action"
import { EmailField } from "./email-field"

type MailRequestFormProps = {
  /** Sends the mail and answers with the address it went to. */
  action: (previous: ActionResult<string> | null, form: FormData) => Promise<ActionResult<string>>
  submitLabel: string
}

/** Asks for an address and has a mail sent there. Says the same for every address. */
export function MailRequestForm({ action, submitLabel }: MailRequestFormProps) {
  const [result, submit] = useActionState(action, null)
  if (result?.ok)
    return (
      <Alert variant="neutral" role="status">
        <MailCheck aria-hidden />
        <p>
          <span className="block font-medium text-foreground">Look into your mail</span>
          We have sent one to <span className="wrap-anywhere text-foreground">{result.data}</span>. Its link
          works for half an hour. Nothing there after a few minutes? Look among the unwanted mails, then try
          again.
        </p>
      </Alert>
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

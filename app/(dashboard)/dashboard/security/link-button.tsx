"use client"

import { Plus } from "lucide-react"
import { useActionState } from "react"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import type { ProviderId } from "@/lib/auth/identity"
import { startLinkAction } from "./sign-in-method-actions"

/** Goes to the provider, whose answer becomes one more sign-in method. */
export function LinkButton({ provider, name }: { provider: ProviderId; name: string }) {
  const withStepUp = useStepUp()
  const [result, start] = useActionState(
    afterSuccess(withStepUp(startLinkAction), (url) => window.location.assign(url)),
    null,
  )
  return (
    <form action={start} className="grid justify-items-end gap-2">
      <input type="hidden" name="provider" value={provider} />
      <SubmitButton variant="outline" size="sm">
        <Plus aria-hidden />
        Link {name}
      </SubmitButton>
      <FormError result={result} />
    </form>
  )
}

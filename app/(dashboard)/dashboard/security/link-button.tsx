"use client"

import { Plus } from "lucide-react"
import { useActionState, useEffect } from "react"
import { FormError } from "@/components/form-error"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import type { ProviderId } from "@/lib/auth/identity"
import { startLinkAction } from "./sign-in-method-actions"

/** Goes to the provider, whose answer becomes one more sign-in method. */
export function LinkButton({ provider, name }: { provider: ProviderId; name: string }) {
  const withStepUp = useStepUp()
  const [result, start] = useActionState(withStepUp(startLinkAction), null)

  useEffect(() => {
    if (result?.ok) window.location.assign(result.data)
  }, [result])

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

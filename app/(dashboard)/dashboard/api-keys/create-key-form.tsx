"use client"

import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import {
  DialogClose,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog"
import { defaultScopes, type Scope } from "@/lib/auth/scopes"
import { createApiKeyAction } from "./actions"
import { KeyFields, useKeyDraft } from "./key-fields"
import { NewKey } from "./new-key"
import { rememberSent } from "./remember-sent"

export type CreateKeyFormProps = {
  appUrl: string
  /** Those the person may give away. */
  scopes: readonly Scope[]
  defaultRateLimit: number
}

export function CreateKeyForm({ appUrl, scopes, defaultRateLimit }: CreateKeyFormProps) {
  const withStepUp = useStepUp()
  const create = rememberSent(withStepUp(createApiKeyAction))
  const [{ result, sent }, submit] = useActionState(create, { result: null, sent: null })
  const { draft, change } = useKeyDraft({
    name: "",
    scopes: defaultScopes.filter((scope) => scopes.includes(scope)),
    expiry: "90",
    expiresOn: "",
    rateLimitPerMinute: "",
    allowedCidrs: "",
  })

  if (result?.ok)
    return (
      <NewKey title="Your new key" secret={result.data.secret} appUrl={appUrl}>
        Copy “{result.data.key.name}” now and keep it like a password.
      </NewKey>
    )

  return (
    <form action={submit} onReset={keepWhatWasTyped} className="grid min-w-0 gap-5">
      <DialogHeader>
        <DialogTitle>Create API key</DialogTitle>
        <DialogDescription>You will see the key once, right after this step.</DialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <KeyFields
        draft={draft}
        onChange={change}
        errors={result?.fieldErrors}
        sentCidrs={sent?.allowed_cidrs ?? ""}
        scopes={scopes}
        defaultRateLimit={defaultRateLimit}
      />
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="outline">Cancel</Button>
        </DialogClose>
        <SubmitButton>Create API key</SubmitButton>
      </DialogFooter>
    </form>
  )
}

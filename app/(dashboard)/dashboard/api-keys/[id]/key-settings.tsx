"use client"

import { useActionState } from "react"
import { afterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { formatDateTime } from "@/components/format-time"
import { keepWhatWasTyped } from "@/components/keep-what-was-typed"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardContent, CardDescription, CardFooter, CardHeader, CardTitle } from "@/components/ui/card"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import type { Scope } from "@/lib/auth/scopes"
import { updateApiKeyAction } from "../actions"
import { type KeyDraft, KeyFields, useKeyDraft } from "../key-fields"
import { rememberSent } from "../remember-sent"

type KeySettingsProps = {
  apiKey: ApiKeyView
  scopes: readonly Scope[]
  defaultRateLimit: number
}

export function KeySettings({ apiKey, scopes, defaultRateLimit }: KeySettingsProps) {
  const withStepUp = useStepUp()
  const { draft, change, reset } = useKeyDraft(draftOf(apiKey))
  // What was saved, in the server's spelling: a network as it was normalized, a new expiry as the one to keep.
  const update = afterSuccess(withStepUp(updateApiKeyAction), (saved) => reset(draftOf(saved)))
  const [{ result, sent }, submit] = useActionState(rememberSent(update), { result: null, sent: null })

  return (
    <Card aria-labelledby="key-settings-title">
      <form action={submit} onReset={keepWhatWasTyped}>
        <CardHeader>
          <CardTitle id="key-settings-title">Settings</CardTitle>
          <CardDescription>A change counts from the next call on.</CardDescription>
        </CardHeader>
        <CardContent className="grid gap-5">
          <FormError result={result} />
          <input type="hidden" name="id" value={apiKey.id} />
          <KeyFields
            draft={draft}
            onChange={change}
            errors={result?.ok === false ? result.fieldErrors : undefined}
            sentCidrs={sent?.allowed_cidrs ?? ""}
            scopes={scopes}
            defaultRateLimit={defaultRateLimit}
            keepExpiry={keepWords(apiKey)}
          />
        </CardContent>
        <CardFooter>
          <SubmitButton>Save</SubmitButton>
          <p role="status" className="text-muted-foreground text-sm">
            {result?.ok ? "Saved." : null}
          </p>
        </CardFooter>
      </form>
    </Card>
  )
}

function draftOf({ name, scopes, expiresAt, rateLimitPerMinute, allowedCidrs }: ApiKeyView): KeyDraft {
  return {
    name,
    scopes,
    expiry: expiresAt ? "keep" : "never",
    expiresOn: "",
    rateLimitPerMinute: rateLimitPerMinute === null ? "" : String(rateLimitPerMinute),
    allowedCidrs: allowedCidrs.join("\n"),
  }
}

function keepWords({ expiresAt, status }: ApiKeyView): string | undefined {
  if (!expiresAt) return undefined
  return `${status === "expired" ? "Expired" : "As it is:"} ${formatDateTime(expiresAt)}`
}

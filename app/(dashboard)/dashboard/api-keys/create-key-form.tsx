"use client"

import { useActionState, useState } from "react"
import { FormError } from "@/components/form-error"
import { formatDate } from "@/components/format-time"
import { SubmitButton } from "@/components/submit-button"
import { Button } from "@/components/ui/button"
import {
  DialogClose,
  DialogDescription,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { NativeSelect } from "@/components/ui/native-select"
import { addDuration, days } from "@/lib/duration"
import { createApiKeyAction } from "./actions"
import { NewKey } from "./new-key"

export function CreateKeyForm({ appUrl }: { appUrl: string }) {
  const [result, submit] = useActionState(createApiKeyAction, null)
  const [name, setName] = useState("")
  const [expiresAt, setExpiresAt] = useState("")

  if (result?.ok) return <NewKey name={result.data.key.name} secret={result.data.secret} appUrl={appUrl} />

  const fieldErrors = result?.fieldErrors
  return (
    <form action={submit} className="grid gap-5">
      <DialogHeader>
        <DialogTitle>Create API key</DialogTitle>
        <DialogDescription>You will see the key once, right after this step.</DialogDescription>
      </DialogHeader>
      <FormError result={result} />
      <Field
        id="key-name"
        label="Name"
        hint="The program that will use it, for example “Production worker”."
        error={fieldErrors?.name}
      >
        {(control) => (
          <Input
            {...control}
            name="name"
            required
            maxLength={80}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field id="key-expiry" label="Expires" error={fieldErrors?.expires_at}>
        {(control) => (
          <NativeSelect
            {...control}
            name="expires_at"
            value={expiresAt}
            onChange={(event) => setExpiresAt(event.target.value)}
          >
            <ExpiryOptions />
          </NativeSelect>
        )}
      </Field>
      <DialogFooter>
        <DialogClose asChild>
          <Button variant="outline">Cancel</Button>
        </DialogClose>
        <SubmitButton>Create API key</SubmitButton>
      </DialogFooter>
    </form>
  )
}

function ExpiryOptions() {
  const [openedAt] = useState(() => new Date())
  return (
    <>
      <option value="">Never</option>
      {[30, 90, 365].map((count) => {
        const date = addDuration(openedAt, days(count))
        return (
          <option key={count} value={date.toISOString()}>
            In {count} days, on {formatDate(date)}
          </option>
        )
      })}
    </>
  )
}

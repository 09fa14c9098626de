"use client"

import { useEffect, useRef, useState } from "react"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { RATE_LIMIT_PER_MINUTE_MAX } from "@/lib/api-keys/api-keys.schema"
import type { Scope } from "@/lib/auth/scopes"
import { AddressesField } from "./addresses-field"
import type { ExpiryChoice } from "./api-key-form.schema"
import { ExpiryField } from "./expiry-field"
import { ScopesField } from "./scopes-field"

/** What a form about a key holds while somebody types: text, as it will be sent. */
export type KeyDraft = {
  name: string
  scopes: string[]
  expiry: ExpiryChoice
  expiresOn: string
  rateLimitPerMinute: string
  allowedCidrs: string
}

/** A draft and the way to change one part of it. It stays as typed whatever the server says to it. */
export function useKeyDraft(initial: KeyDraft) {
  const [draft, setDraft] = useState(initial)
  const change = (part: Partial<KeyDraft>) => setDraft((draft) => ({ ...draft, ...part }))
  return { draft, change, reset: setDraft }
}

export type KeyFieldProps = {
  draft: KeyDraft
  onChange: (part: Partial<KeyDraft>) => void
  errors: Record<string, string> | undefined
}

function NameField({ draft, onChange, errors }: KeyFieldProps) {
  return (
    <Field
      id="key-name"
      label="Name"
      hint="The program that will use it, for example “Production worker”."
      error={errors?.name}
    >
      {(control) => (
        <Input
          {...control}
          name="name"
          required
          maxLength={80}
          autoComplete="off"
          value={draft.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      )}
    </Field>
  )
}

type KeyFieldsProps = KeyFieldProps & {
  /** Those to choose from. */
  scopes: readonly Scope[]
  defaultRateLimit: number
  /** The `allowed_cidrs` that `errors` speaks of. */
  sentCidrs: string
  /** What the choice is called that leaves the expiry as it is; absent where there is none. */
  keepExpiry?: string | undefined
}

export function KeyFields({ scopes, defaultRateLimit, sentCidrs, keepExpiry, ...field }: KeyFieldsProps) {
  const fields = useFocusOnFault(field.errors)
  return (
    <div ref={fields} className="grid min-w-0 gap-5">
      <NameField {...field} />
      <ScopesField {...field} scopes={scopes} />
      <ExpiryField {...field} keep={keepExpiry} />
      <RateLimitField {...field} fallback={defaultRateLimit} />
      <AddressesField {...field} sent={sentCidrs} />
    </div>
  )
}

/** The first field with a fault may be out of sight, on a narrow screen. */
function useFocusOnFault(errors: KeyFieldProps["errors"]) {
  const fields = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (errors) fields.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()
  }, [errors])
  return fields
}

function RateLimitField({ draft, onChange, errors, fallback }: KeyFieldProps & { fallback: number }) {
  return (
    <Field
      id="key-rate-limit"
      label="Requests per minute"
      optional
      hint={`More are refused with status 429. Left empty: ${fallback}, the default.`}
      error={errors?.rate_limit_per_minute}
    >
      {(control) => (
        <Input
          {...control}
          name="rate_limit_per_minute"
          type="number"
          inputMode="numeric"
          min={1}
          max={RATE_LIMIT_PER_MINUTE_MAX}
          step={1}
          placeholder={String(fallback)}
          autoComplete="off"
          value={draft.rateLimitPerMinute}
          onChange={(event) => onChange({ rateLimitPerMinute: event.target.value })}
          className="max-w-40"
        />
      )}
    </Field>
  )
}

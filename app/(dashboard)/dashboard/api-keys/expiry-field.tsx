"use client"

import { useState } from "react"
import { formatDate } from "@/components/format-time"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"
import { NativeSelect } from "@/components/ui/native-select"
import { addDuration, days } from "@/lib/duration"
import { type ExpiryChoice, expiryPresets } from "./api-key-form.schema"
import type { KeyFieldProps } from "./key-fields"

/** A choice of usual times, and a date for every other. */
export function ExpiryField({
  draft,
  onChange,
  errors,
  keep,
}: KeyFieldProps & { keep?: string | undefined }) {
  const [openedAt] = useState(() => new Date())
  const hasDate = draft.expiry === "date"
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field
        id="key-expiry"
        label="Expires"
        hint={
          draft.expiry === "never" ? "A key that ends by itself does less harm when it is lost." : undefined
        }
        error={hasDate ? undefined : errors?.expires_at}
      >
        {(control) => (
          <NativeSelect
            {...control}
            name="expiry"
            value={draft.expiry}
            onChange={(event) => onChange({ expiry: event.target.value as ExpiryChoice })}
          >
            {keep ? <option value="keep">{keep}</option> : null}
            {expiryPresets.map((count) => (
              <option key={count} value={count}>
                In {count} days, on {formatDate(addDuration(openedAt, days(Number(count))))}
              </option>
            ))}
            <option value="date">On a date …</option>
            <option value="never">Never</option>
          </NativeSelect>
        )}
      </Field>
      {hasDate ? (
        <Field
          id="key-expires-on"
          label="Expiry date"
          hint="It works to the end of that day, in UTC."
          error={errors?.expires_at}
        >
          {(control) => (
            <Input
              {...control}
              name="expires_on"
              type="date"
              required
              min={openedAt.toISOString().slice(0, 10)}
              max="2099-12-31"
              value={draft.expiresOn}
              onChange={(event) => onChange({ expiresOn: event.target.value })}
            />
          )}
        </Field>
      ) : null}
    </div>
  )
}

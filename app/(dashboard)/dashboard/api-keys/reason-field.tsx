"use client"

import { useState } from "react"
import { Field } from "@/components/ui/field"
import { Input } from "@/components/ui/input"

export function ReasonField({ error }: { error: string | undefined }) {
  const [reason, setReason] = useState("")
  return (
    <Field
      id="key-reason"
      label="Reason"
      optional
      hint="Kept with the key, for whoever looks later."
      error={error}
    >
      {(control) => (
        <Input
          {...control}
          name="reason"
          maxLength={200}
          autoComplete="off"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
    </Field>
  )
}

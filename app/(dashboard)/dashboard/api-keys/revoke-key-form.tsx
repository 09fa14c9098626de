"use client"

import { useState } from "react"
import { QuestionForm } from "@/components/question-form"
import { Checkbox } from "@/components/ui/checkbox"
import { revokeApiKeyAction } from "./actions"
import { ReasonField } from "./reason-field"
import type { KeyFormProps } from "./suspend-key-form"

export function RevokeKeyForm({ apiKey, onDone }: KeyFormProps) {
  const [leaked, setLeaked] = useState(false)
  return (
    <QuestionForm
      action={revokeApiKeyAction}
      fields={{ id: apiKey.id }}
      title={`Revoke “${apiKey.name}”?`}
      description={
        <>
          Programs that use <code className="font-mono">sk_…{apiKey.lastFour}</code> are refused at once.{" "}
          {leaked ? "This cannot be undone." : "It can be undone for an hour."}
        </>
      }
      verb="Revoke"
      isDestructive
      onDone={({ name }) => onDone(`“${name}” is revoked.`)}
    >
      {(errors) => (
        <>
          <ReasonField error={errors?.reason} />
          <div className="relative flex items-start gap-3 rounded-md border border-input bg-card px-3 py-2.5 shadow-xs">
            <Checkbox
              id="key-leaked"
              name="leaked"
              aria-describedby="key-leaked-words"
              className="relative z-1 mt-0.5"
              checked={leaked}
              onChange={(event) => setLeaked(event.target.checked)}
            />
            <div className="grid gap-0.5">
              <label
                htmlFor="key-leaked"
                className="cursor-pointer font-medium text-sm after:absolute after:inset-0"
              >
                It leaked
              </label>
              <p id="key-leaked-words" className="text-[0.8125rem] text-muted-foreground">
                Somebody else may hold it. Then nobody can undo this, and the key's page shows what it was
                used for since.
              </p>
            </div>
          </div>
        </>
      )}
    </QuestionForm>
  )
}

"use client"

import { useState } from "react"
import { QuestionForm } from "@/components/question-form"
import { Checkbox } from "@/components/ui/checkbox"
import { ChoiceRow, ChoiceRows } from "@/components/ui/choice-row"
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
          <ChoiceRows>
            <ChoiceRow
              id="key-leaked"
              label="It leaked"
              text="Somebody else may hold it. Then nobody can undo this, and the key's page shows what it was used for since."
            >
              {(control) => (
                <Checkbox
                  {...control}
                  name="leaked"
                  checked={leaked}
                  onChange={(event) => setLeaked(event.target.checked)}
                />
              )}
            </ChoiceRow>
          </ChoiceRows>
        </>
      )}
    </QuestionForm>
  )
}

"use client"

import { QuestionForm } from "@/components/question-form"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { suspendApiKeyAction } from "./actions"
import { ReasonField } from "./reason-field"

export type KeyFormProps = { apiKey: ApiKeyView; onDone: (words: string) => void }

export function SuspendKeyForm({ apiKey, onDone }: KeyFormProps) {
  return (
    <QuestionForm
      action={suspendApiKeyAction}
      fields={{ id: apiKey.id }}
      title={`Suspend “${apiKey.name}”?`}
      description="Its calls are refused at once, until somebody resumes it. Nothing else changes."
      verb="Suspend"
      onDone={({ name }) => onDone(`“${name}” is suspended.`)}
    >
      {(errors) => <ReasonField error={errors?.reason} />}
    </QuestionForm>
  )
}

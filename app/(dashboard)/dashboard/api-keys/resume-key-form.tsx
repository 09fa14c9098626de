"use client"

import { resumeApiKeyAction } from "./actions"
import { KeyQuestionForm } from "./key-question-form"
import type { KeyFormProps } from "./suspend-key-form"

export function ResumeKeyForm({ apiKey, onDone }: KeyFormProps) {
  return (
    <KeyQuestionForm
      apiKey={apiKey}
      action={resumeApiKeyAction}
      title={`Resume “${apiKey.name}”?`}
      description={
        apiKey.suspendedReason
          ? `It was suspended for a reason: “${apiKey.suspendedReason}”. Its calls are answered again at once.`
          : "Its calls are answered again at once."
      }
      verb="Resume"
      onDone={({ name }) => onDone(`“${name}” works again.`)}
    />
  )
}

"use client"

import { QuestionForm } from "@/components/question-form"
import { resumeApiKeyAction } from "./actions"
import type { KeyFormProps } from "./suspend-key-form"

export function ResumeKeyForm({ apiKey, onDone }: KeyFormProps) {
  return (
    <QuestionForm
      action={resumeApiKeyAction}
      fields={{ id: apiKey.id }}
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

import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { TextLink } from "@/components/text-link"
import { env } from "@/lib/env"
import { AuthCard } from "../auth-card"
import { MailRequestForm } from "../mail-request-form"
import { requestPasswordResetAction } from "../password-actions"

export const metadata: Metadata = { title: "Forgot your password" }

export default function ForgotPasswordPage() {
  if (!env().AUTH_PASSWORDS) notFound()
  return (
    <AuthCard
      title="Forgot your password?"
      lead="We’ll e-mail you a link to choose a new one."
      footer={
        <>
          Remembered it? <TextLink href="/sign-in">Sign in</TextLink>
        </>
      }
    >
      <MailRequestForm path="/forgot-password" action={requestPasswordResetAction} submitLabel="Send link" />
    </AuthCard>
  )
}

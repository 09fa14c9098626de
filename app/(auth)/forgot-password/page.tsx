import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { env } from "@/lib/env"
import { AuthCard } from "../auth-card"
import { AuthLink } from "../auth-link"
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
          Remembered it? <AuthLink href="/sign-in">Sign in</AuthLink>
        </>
      }
    >
      <MailRequestForm path="/forgot-password" action={requestPasswordResetAction} submitLabel="Send link" />
    </AuthCard>
  )
}

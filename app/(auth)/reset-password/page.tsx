import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { env } from "@/lib/env"
import { getPasswordReset } from "@/lib/passwords/password-reset"
import { AuthCard } from "../auth-card"
import { LinkExpired } from "../link-expired"
import { tokenFrom } from "../token-from"
import { ResetPassword } from "./reset-password"

export const metadata: Metadata = { title: "Choose a new password", referrer: "same-origin" }

/** Where the link in the mail of a password reset ends. Opening it changes nothing. */
export default async function ResetPasswordPage({ searchParams }: PageProps<"/reset-password">) {
  if (!env().AUTH_PASSWORDS) notFound()
  const token = tokenFrom(await searchParams)
  const reset = await getPasswordReset(token)
  if (!reset) return <LinkExpired again="/forgot-password" />
  return (
    <AuthCard
      title="Choose a new password"
      lead="This signs you out everywhere. Your second factors stay as they are."
    >
      <ResetPassword token={token} email={reset.email} />
    </AuthCard>
  )
}

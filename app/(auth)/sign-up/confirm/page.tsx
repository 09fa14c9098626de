import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { Button } from "@/components/ui/button"
import { getUser } from "@/lib/auth/caller"
import { env } from "@/lib/env"
import { getSignUp } from "@/lib/passwords/password-sign-up"
import { AuthCard } from "../../auth-card"
import { LinkExpired } from "../../link-expired"
import { tokenFrom } from "../../token-from"
import { ChoosePassword } from "./choose-password"

export const metadata: Metadata = { title: "Choose a password", referrer: "same-origin" }

/** Where the link of a sign-up mail ends. Opening it changes nothing: mail scanners open links too. */
export default async function ConfirmSignUpPage({ searchParams }: PageProps<"/sign-up/confirm">) {
  if (!env().AUTH_PASSWORDS) notFound()
  const token = tokenFrom(await searchParams)
  const signUp = await getSignUp(token)
  if (!signUp) return <LinkExpired again="/sign-up" />
  const user = await getUser()
  if (user) return <SignOutFirst email={user.user.email} />
  return (
    <AuthCard title="Choose a password" lead="That creates your account, with an organization of your own.">
      <ChoosePassword token={token} email={signUp.email} />
    </AuthCard>
  )
}

function SignOutFirst({ email }: { email: string }) {
  return (
    <AuthCard
      title="This browser is already signed in"
      lead={`It is signed in as ${email}. Sign out, then open the link in the e-mail again.`}
    >
      <form method="post" action="/sign-out">
        <Button type="submit">Sign out</Button>
      </form>
    </AuthCard>
  )
}

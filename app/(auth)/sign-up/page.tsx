import { Check } from "lucide-react"
import type { Metadata, Route } from "next"
import { redirect } from "next/navigation"
import { Or } from "@/components/or"
import { TextLink } from "@/components/text-link"
import { getUser } from "@/lib/auth/caller"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { env } from "@/lib/env"
import { AuthCard } from "../auth-card"
import { MailRequestForm } from "../mail-request-form"
import { nextPathFrom } from "../next-path"
import { requestSignUpAction } from "../password-actions"
import { ProviderButtons, providerNames } from "../provider-buttons"

export const metadata: Metadata = { title: "Sign up" }

const NO_PASSWORD = "No password to choose, and none that can leak"
const whatEverybodyGets = [
  "An organization of your own, with you as its owner",
  "API keys for your programs, and a record of who did what",
]

export default async function SignUpPage({ searchParams }: PageProps<"/sign-up">) {
  const next = nextPathFrom(await searchParams)
  if (await getUser()) redirect(safeRedirectPath(next, env().APP_URL) as Route)
  const hasPasswords = env().AUTH_PASSWORDS
  const whatYouGet = hasPasswords ? whatEverybodyGets : [...whatEverybodyGets, NO_PASSWORD]
  return (
    <AuthCard
      title="Create your account"
      lead={
        hasPasswords
          ? `Continue with ${providerNames()}, or get a link by e-mail and choose a password.`
          : `Continue with ${providerNames()} and your account is ready. There is no form to fill in.`
      }
      footer={
        <>
          Already have an account?{" "}
          <TextLink href={{ pathname: "/sign-in", query: next ? { next } : {} }}>Sign in</TextLink>
        </>
      }
    >
      <ProviderButtons next={next} />
      {hasPasswords ? (
        <div className="mt-5 grid gap-5">
          <Or />
          <MailRequestForm path="/sign-up" action={requestSignUpAction} submitLabel="Continue with e-mail" />
        </div>
      ) : null}
      <ul className="mt-6 grid gap-2.5 text-[0.8125rem] text-muted-foreground">
        {whatYouGet.map((item) => (
          <li key={item} className="flex gap-2.5">
            <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-brand-foreground" />
            {item}
          </li>
        ))}
      </ul>
    </AuthCard>
  )
}

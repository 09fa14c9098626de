import type { Metadata, Route } from "next"
import { redirect } from "next/navigation"
import { Or } from "@/components/or"
import { TextLink } from "@/components/text-link"
import { getSignedOutReason, getUser } from "@/lib/auth/caller"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { env } from "@/lib/env"
import { PRODUCT_NAME } from "@/lib/product"
import { AuthCard } from "../auth-card"
import { nextPathFrom } from "../next-path"
import { ProviderButtons, providerNames } from "../provider-buttons"
import { PasskeySignIn } from "./passkey-sign-in"
import { PasswordSignIn } from "./password-sign-in"
import { SignedOutNote } from "./signed-out-note"

export const metadata: Metadata = { title: "Sign in" }

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const next = nextPathFrom(await searchParams)
  const path = safeRedirectPath(next, env().APP_URL)
  if (await getUser()) redirect(path as Route)
  const hasPasswords = env().AUTH_PASSWORDS
  const signedOutReason = await getSignedOutReason()
  return (
    <AuthCard
      title={`Sign in to ${PRODUCT_NAME}`}
      lead={
        hasPasswords
          ? `With ${providerNames()}, a passkey or your password.`
          : `${providerNames()} confirms who you are and sends you back here.`
      }
      footer={
        <>
          New here? <TextLink href={{ pathname: "/sign-up", query: next ? { next } : {} }}>Sign up</TextLink>
        </>
      }
    >
      {signedOutReason ? <SignedOutNote reason={signedOutReason} /> : null}
      <ProviderButtons next={next} />
      <div className="mt-3">
        <PasskeySignIn next={path} offersInField={hasPasswords} />
      </div>
      {hasPasswords ? (
        <div className="mt-5 grid gap-5">
          <Or />
          <PasswordSignIn next={path} />
        </div>
      ) : null}
      <p className="mt-5 text-[0.8125rem] text-muted-foreground">
        We ask {providerNames()} for your name, e-mail address and picture, nothing more. We never see your
        password there.
      </p>
    </AuthCard>
  )
}

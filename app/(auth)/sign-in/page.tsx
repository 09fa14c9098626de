import type { Metadata, Route } from "next"
import Link from "next/link"
import { redirect } from "next/navigation"
import { getSignedOutReason, getUser } from "@/lib/auth/caller"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { env } from "@/lib/env"
import { AuthCard } from "../auth-card"
import { nextPathFrom } from "../next-path"
import { ProviderButtons, providerNames } from "../provider-buttons"
import { PasskeySignIn } from "./passkey-sign-in"
import { SignedOutNote } from "./signed-out-note"

export const metadata: Metadata = { title: "Sign in" }

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const next = nextPathFrom(await searchParams)
  if (await getUser()) redirect(safeRedirectPath(next, env().APP_URL) as Route)
  const signedOutReason = await getSignedOutReason()
  return (
    <AuthCard
      title="Sign in to Latchkey"
      lead={`${providerNames()} confirms who you are and sends you back here.`}
      footer={
        <>
          New here?{" "}
          <Link
            href={{ pathname: "/sign-up", query: next ? { next } : {} }}
            className="focus-ring rounded-sm font-medium text-foreground underline underline-offset-4"
          >
            Sign up
          </Link>
        </>
      }
    >
      {signedOutReason ? <SignedOutNote reason={signedOutReason} /> : null}
      <ProviderButtons next={next} />
      <div className="mt-3">
        <PasskeySignIn next={safeRedirectPath(next, env().APP_URL)} />
      </div>
      <p className="mt-5 text-[0.8125rem] text-muted-foreground">
        We ask {providerNames()} for your name, e-mail address and picture, nothing more. We never see your
        password there.
      </p>
    </AuthCard>
  )
}

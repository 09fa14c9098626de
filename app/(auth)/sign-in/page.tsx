import type { Metadata, Route } from "next"
import Link from "next/link"
import { redirect } from "next/navigation"
import { getUser } from "@/lib/auth/caller"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { env } from "@/lib/env"
import { AuthCard } from "../auth-card"
import { GoogleButton } from "../google-button"
import { nextPathFrom } from "../next-path"

export const metadata: Metadata = { title: "Sign in" }

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const next = nextPathFrom(await searchParams)
  if (await getUser()) redirect(safeRedirectPath(next, env().APP_URL) as Route)
  return (
    <AuthCard
      title="Sign in to Latchkey"
      lead="Google confirms who you are and sends you back here."
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
      <GoogleButton next={next} />
      <p className="mt-5 text-[0.8125rem] text-muted-foreground">
        We ask Google for your name, e-mail address and picture, nothing more. We never see your Google
        password.
      </p>
    </AuthCard>
  )
}

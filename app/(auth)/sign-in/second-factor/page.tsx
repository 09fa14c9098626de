import type { Metadata } from "next"
import { redirect } from "next/navigation"
import { getPerson } from "@/lib/auth/caller"
import { safeRedirectPath } from "@/lib/auth/redirect-path"
import { getPendingView } from "@/lib/auth/step-up-choices"
import { env } from "@/lib/env"
import { programDeviceName } from "@/lib/network/device-name"
import { AuthCard } from "../../auth-card"
import { nextPathFrom } from "../../next-path"
import { heldLoginFrom } from "./held-login"
import { HeldLoginForm } from "./held-login-form"
import { PendingSignIn } from "./pending-sign-in"

export const metadata: Metadata = { title: "Second factor" }

/** Where a sign-in goes on that needs a second factor: a browser's own, or one of a program that was begun in it. */
export default async function SecondFactorPage({ searchParams }: PageProps<"/sign-in/second-factor">) {
  const parameters = await searchParams
  const held = await heldLoginFrom(parameters.login)
  if (held)
    return (
      <AuthCard
        title="One more step"
        lead={`${held.clientName} signs you in as ${held.email}. Confirm it with your second factor.`}
      >
        <HeldLoginForm {...held} />
      </AuthCard>
    )
  const next = safeRedirectPath(nextPathFrom(parameters), env().APP_URL)
  const person = await getPerson()
  if (!person) redirect("/sign-in")
  // Once it is given, this page is drawn again with that very answer; recovery codes that it shows must stay.
  const view = person.type === "pending_user" ? await getPendingView(person) : null
  return (
    <AuthCard
      title={view?.mustEnrol === false ? "One more step" : "Add a second factor"}
      lead={
        view?.mustEnrol !== false
          ? `${person.organization.name} requires a second factor. Add one to continue.`
          : `You are signing in as ${person.user.email}. Confirm it with your second factor.`
      }
      footer={
        <form method="post" action="/sign-out">
          <button type="submit" className="focus-ring rounded-sm underline underline-offset-4">
            Sign out
          </button>
        </form>
      }
    >
      <PendingSignIn
        view={view}
        next={next}
        suggestedName={programDeviceName(person.source.userAgent, "This device")}
      />
    </AuthCard>
  )
}

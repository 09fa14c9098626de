import type { Metadata } from "next"
import { requireUser } from "@/lib/auth/caller"
import { AuthCard } from "../../auth-card"
import { TellWaitingPage } from "./tell-waiting-page"

export const metadata: Metadata = { title: "Confirmed" }

/** Where the window of a step-up ends. */
export default async function SignedInAgainPage() {
  await requireUser()
  return (
    <AuthCard title="Confirmed" lead="Go back to the window you came from. You can close this one.">
      <TellWaitingPage />
    </AuthCard>
  )
}

import { Info } from "lucide-react"
import { sessionEndWords } from "@/components/session-end-words"
import { Alert } from "@/components/ui/alert"
import type { SessionEnd } from "@/lib/auth/session-end"
import { seconds } from "@/lib/duration"
import { env } from "@/lib/env"

/** Tells somebody who comes back why they have to sign in again. */
export function SignedOutNote({ reason }: { reason: SessionEnd["reason"] }) {
  return (
    <Alert variant="neutral" role="note" className="mb-5">
      <Info aria-hidden />
      <p>
        <span className="block font-medium text-foreground">Your last sign-in here has ended</span>
        {sessionEndWords(reason, seconds(env().SESSION_IDLE_SECONDS))}
      </p>
    </Alert>
  )
}

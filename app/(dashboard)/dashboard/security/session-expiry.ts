import type { SessionView } from "@/lib/auth/session-list"
import { addDuration } from "@/lib/duration"

type Expiring = Pick<SessionView, "client" | "lastSeenAt" | "expiresAt">

/** When a sign-in ends if it is not used again. `idleLimit` is how long a browser may lie unused; programs may. */
export function sessionExpiry({ client, lastSeenAt, expiresAt }: Expiring, idleLimit: number): Date {
  const idleAt = addDuration(lastSeenAt, idleLimit)
  return client === null && idleAt < expiresAt ? idleAt : expiresAt
}

import type { SessionView } from "@/lib/auth/session-list"
import { sessionDevice } from "./session-names"

/** "curl · 192.0.2.1": where a sign-in was made, as far as we know. */
export function SessionPlace({ session }: { session: SessionView }) {
  const device = sessionDevice(session)
  return (
    <>
      {device ? `${device} · ` : null}
      {session.ipAddress ? (
        <span className="wrap-anywhere font-mono text-[0.9em]">{session.ipAddress}</span>
      ) : (
        "unknown address"
      )}
    </>
  )
}

import { History } from "lucide-react"
import { cn } from "@/components/cn"
import { sessionEndWords } from "@/components/session-end-words"
import { Timestamp } from "@/components/timestamp"
import { Card } from "@/components/ui/card"
import { Empty } from "@/components/ui/empty"
import type { SessionView } from "@/lib/auth/session-list"
import { seconds } from "@/lib/duration"
import { env } from "@/lib/env"
import { SessionIcon } from "./session-icon"
import { sessionName } from "./session-names"
import { SessionPlace } from "./session-place"

const SHOWN_AT_ONCE = 6

/** The answer to "why was I signed out?". */
export function EndedSessions({ sessions, now }: { sessions: SessionView[]; now: Date }) {
  const latest = sessions.slice(0, SHOWN_AT_ONCE)
  const earlier = sessions.slice(SHOWN_AT_ONCE)
  return (
    <section aria-labelledby="ended-sessions">
      <h2 id="ended-sessions" className="font-semibold text-base tracking-tight">
        Ended lately
      </h2>
      <p className="mt-0.5 mb-4 text-muted-foreground text-sm">Why you were signed out, and when.</p>
      {sessions.length === 0 ? (
        <Empty icon={<History aria-hidden />} title="None has ended yet" className="py-10">
          When one of your sign-ins ends, you will read here why it did.
        </Empty>
      ) : (
        <Card>
          <EndedList sessions={latest} now={now} />
          {earlier.length > 0 ? (
            <details className="border-t">
              <summary className="focus-ring rounded-b-xl px-5 py-3 font-medium text-[0.8125rem] text-muted-foreground hover:text-foreground">
                {earlier.length} earlier {earlier.length === 1 ? "one" : "ones"}
              </summary>
              <div className="border-t">
                <EndedList sessions={earlier} now={now} />
              </div>
            </details>
          ) : null}
        </Card>
      )}
    </section>
  )
}

function EndedList({ sessions, now }: { sessions: SessionView[]; now: Date }) {
  return (
    <ul className="divide-y">
      {sessions.map((session) => (
        <EndedSession key={session.id} session={session} now={now} />
      ))}
    </ul>
  )
}

function EndedSession({ session, now }: { session: SessionView; now: Date }) {
  const { endReason, endedAt } = session
  return (
    <li className="flex items-center gap-4 px-5 py-3 text-sm">
      <SessionIcon session={session} className="hidden sm:grid" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{sessionName(session)}</span>
          <span className="text-[0.8125rem] text-muted-foreground">
            <SessionPlace session={session} />
          </span>
        </p>
        {endReason ? (
          <p className={cn("mt-0.5", endReason === "reuse_detected" && "text-destructive")}>
            {sessionEndWords(endReason, seconds(env().SESSION_IDLE_SECONDS))}
          </p>
        ) : null}
      </div>
      {endedAt ? (
        <Timestamp
          date={endedAt}
          now={now}
          className="shrink-0 self-start text-[0.8125rem] text-muted-foreground leading-5"
        />
      ) : null}
    </li>
  )
}

"use client"

import { useActionState } from "react"
import { useFocusAfterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { formatDuration } from "@/components/format-time"
import { useStepUp } from "@/components/step-up"
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { SessionView } from "@/lib/auth/session-list"
import { revokeSessionsAction } from "./actions"
import { sessionExpiry } from "./session-expiry"
import { sessionCount, sessionName } from "./session-names"
import { SessionRow } from "./session-row"
import { SignOutOthers } from "./sign-out-others"

type SessionListProps = {
  sessions: SessionView[]
  now: Date
  /** How long a browser may lie unused. */
  idleLimit: number
}

export function SessionList({ sessions, now, idleLimit }: SessionListProps) {
  const withStepUp = useStepUp()
  const [result, revoke] = useActionState(withStepUp(revokeSessionsAction), null)
  const status = useFocusAfterSuccess<HTMLDivElement>(result)
  const others = sessions.filter((session) => !session.current)

  return (
    <section aria-labelledby="live-sessions" className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <h2 id="live-sessions" className="font-semibold text-base tracking-tight">
            Signed in now
          </h2>
          <div
            ref={status}
            role="status"
            tabIndex={-1}
            className="mt-0.5 text-muted-foreground text-sm outline-none"
          >
            {result?.ok ? <p className="text-foreground">{noticeFor(result.data)}</p> : null}
            <p>{others.length > 0 ? `${sessionCount(sessions)}.` : "You are signed in only here."}</p>
          </div>
        </div>
        {others.length > 0 ? <SignOutOthers others={others} revoke={revoke} /> : null}
      </div>
      <FormError result={result} />
      <Table aria-labelledby="live-sessions">
        <TableHeader className="sr-only xl:not-sr-only xl:contents">
          <TableRow>
            <TableHead>Where</TableHead>
            <TableHead className="hidden xl:table-cell">Last seen</TableHead>
            <TableHead className="hidden xl:table-cell">Signed in</TableHead>
            <TableHead className="hidden xl:table-cell">Expires</TableHead>
            <TableHead>
              <span className="sr-only">Sign out</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {sessions.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              now={now}
              expiresAt={sessionExpiry(session, idleLimit)}
              revoke={revoke}
            />
          ))}
        </TableBody>
      </Table>
      <p className="text-[0.8125rem] text-muted-foreground">
        A browser’s sign-in also ends after {formatDuration(idleLimit)} without use.
      </p>
    </section>
  )
}

function noticeFor(revoked: SessionView | number): string {
  if (typeof revoked !== "number") return `${sessionName(revoked)} is signed out.`
  if (revoked === 0) return "Nothing else was signed in any more."
  return revoked === 1 ? "One other is signed out." : `${revoked} others are signed out.`
}

"use client"

import { useActionState, useEffect, useRef } from "react"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { SessionView } from "@/lib/auth/session-list"
import { revokeSessionsAction } from "./actions"
import { sessionName } from "./session-names"
import { SessionRow } from "./session-row"

export function SessionList({ sessions, now }: { sessions: SessionView[]; now: Date }) {
  const [result, revoke] = useActionState(revokeSessionsAction, null)
  const status = useRef<HTMLParagraphElement>(null)
  const hasOthers = sessions.some((session) => !session.current)

  // The button that was pressed is gone with its row; without this, keyboard users start over at the top.
  useEffect(() => {
    if (result?.ok) status.current?.focus()
  }, [result])

  return (
    <section aria-labelledby="live-sessions" className="grid grid-cols-1 gap-4">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div>
          <h2 id="live-sessions" className="font-semibold text-base tracking-tight">
            Signed in now
          </h2>
          <p
            ref={status}
            role="status"
            tabIndex={-1}
            className="mt-0.5 text-muted-foreground text-sm outline-none"
          >
            {result?.ok ? `${noticeFor(result.data)} ` : null}
            {hasOthers ? countWords(sessions) : "You are signed in only here."}
          </p>
        </div>
        {hasOthers ? (
          <form action={revoke}>
            <input type="hidden" name="which" value="others" />
            <SubmitButton variant="outline">Sign out everywhere else</SubmitButton>
          </form>
        ) : null}
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
            <SessionRow key={session.id} session={session} now={now} revoke={revoke} />
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

function noticeFor(revoked: SessionView | number): string {
  if (typeof revoked !== "number") return `${sessionName(revoked)} is signed out.`
  if (revoked === 0) return "Nothing else was signed in any more."
  return revoked === 1 ? "One other is signed out." : `${revoked} others are signed out.`
}

/** "2 browsers and 1 program." */
function countWords(sessions: SessionView[]): string {
  const programs = sessions.filter(({ client }) => client).length
  const counts = [count(sessions.length - programs, "browser"), count(programs, "program")]
  return `${counts.filter(Boolean).join(" and ")}.`
}

function count(number: number, noun: string): string {
  if (number === 0) return ""
  return `${number} ${noun}${number === 1 ? "" : "s"}`
}

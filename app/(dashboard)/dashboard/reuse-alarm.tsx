"use client"

import { ShieldAlert, ShieldCheck } from "lucide-react"
import Link from "next/link"
import { useActionState } from "react"
import { useFocusAfterSuccess } from "@/components/after-success"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import { Timestamp } from "@/components/timestamp"
import { Alert } from "@/components/ui/alert"
import { SectionTitle } from "@/components/ui/section-title"
import type { SessionView } from "@/lib/auth/session-list"
import { acknowledgeReuseAlarmsAction } from "./security/actions"
import { sessionName } from "./security/session-names"
import { SessionPlace } from "./security/session-place"

const SHOWN_MAX = 3

/** Warns of tokens that were used twice, until the person says that they know. */
export function ReuseAlarm({ alarms, now }: { alarms: SessionView[]; now: Date }) {
  const [result, acknowledge] = useActionState(acknowledgeReuseAlarmsAction, null)
  const status = useFocusAfterSuccess<HTMLDivElement>(result)

  if (alarms.length > 0) {
    return (
      <Alert className="gap-3.5 rounded-xl border border-destructive/25 p-5">
        <ShieldAlert aria-hidden />
        <div className="grid min-w-0 flex-1 gap-3 text-foreground">
          <WhatHappened alarms={alarms} now={now} />
          <WhatToDo />
          <FormError result={result} />
          <form action={acknowledge}>
            <input type="hidden" name="until" value={newestEnd(alarms)} />
            <SubmitButton variant="outline">I have seen this</SubmitButton>
          </form>
        </div>
      </Alert>
    )
  }
  return result?.ok ? (
    <Alert ref={status} variant="success" role="status" tabIndex={-1} className="outline-none">
      <ShieldCheck aria-hidden />
      Thank you. What happened stays on the Security page, under “Ended lately”.
    </Alert>
  ) : null
}

/** Of the alarms on this page: one that is raised meanwhile is not dropped unseen. */
function newestEnd([newest]: SessionView[]): string {
  return newest?.endedAt?.toISOString() ?? ""
}

function WhatHappened({ alarms, now }: { alarms: SessionView[]; now: Date }) {
  return (
    <>
      <div>
        <SectionTitle className="text-destructive">Somebody may hold a copy of your token</SectionTitle>
        <p className="mt-1">
          A token that is good for one use was used twice. We signed out the program it belongs to at once,
          and none of its tokens works any more.
        </p>
      </div>
      <ul className="grid gap-2 border-destructive/25 border-l-2 pl-3.5">
        {alarms.slice(0, SHOWN_MAX).map((alarm) => (
          <li key={alarm.id}>
            <span className="font-medium">{sessionName(alarm)}</span>, signed out{" "}
            <Timestamp date={alarm.endedAt ?? now} now={now} />
            <span className="block text-[0.8125rem] text-muted-foreground">
              signed in <Timestamp date={alarm.createdAt} now={now} /> · <SessionPlace session={alarm} />
            </span>
          </li>
        ))}
        {alarms.length > SHOWN_MAX ? <li>and {alarms.length - SHOWN_MAX} more</li> : null}
      </ul>
    </>
  )
}

function WhatToDo() {
  return (
    <p>
      <span className="font-medium">What to do:</span> if you know the program, make sure that nobody else can
      read where it keeps its tokens, then sign in with it again. If you do not,{" "}
      <Link
        href="/dashboard/security#live-sessions"
        className="focus-ring rounded-sm font-medium underline underline-offset-4"
      >
        sign out everywhere else
      </Link>{" "}
      and tell an admin.
    </p>
  )
}

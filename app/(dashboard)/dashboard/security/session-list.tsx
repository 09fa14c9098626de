"use client"

import { Monitor, Smartphone } from "lucide-react"
import { useActionState, useEffect, useRef } from "react"
import { FormError } from "@/components/form-error"
import { SubmitButton } from "@/components/submit-button"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Card } from "@/components/ui/card"
import type { SessionView } from "@/lib/auth/session-list"
import { revokeOtherSessionsAction, revokeSessionAction } from "./actions"
import { deviceName, isHandheld } from "./device-name"

export function SessionList({ sessions, now }: { sessions: SessionView[]; now: Date }) {
  const [one, revokeOne] = useActionState(revokeSessionAction, null)
  const [others, revokeOthers] = useActionState(revokeOtherSessionsAction, null)
  const status = useRef<HTMLParagraphElement>(null)
  const hasOthers = sessions.some((session) => !session.current)

  // The button that was pressed is gone with its row; without this, keyboard users start over at the top.
  useEffect(() => {
    if (one?.ok || others?.ok) status.current?.focus()
  }, [one, others])

  return (
    <div className="grid grid-cols-1 gap-4">
      <FormError result={one} />
      <FormError result={others} />
      <Card className="divide-y">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} now={now} revoke={revokeOne} />
        ))}
      </Card>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p ref={status} role="status" tabIndex={-1} className="text-muted-foreground text-sm outline-none">
          {hasOthers
            ? one?.ok
              ? "That browser is signed out."
              : null
            : others?.ok || one?.ok
              ? "Done. You are now signed in only here."
              : "You are signed in only here."}
        </p>
        {hasOthers ? (
          <form action={revokeOthers}>
            <SubmitButton variant="outline">Sign out everywhere else</SubmitButton>
          </form>
        ) : null}
      </div>
    </div>
  )
}

type SessionRowProps = { session: SessionView; now: Date; revoke: (form: FormData) => void }

function SessionRow({ session, now, revoke }: SessionRowProps) {
  const device = deviceName(session.userAgent)
  const Icon = isHandheld(session.userAgent) ? Smartphone : Monitor
  return (
    <div className="flex items-center gap-4 px-4 py-4 sm:px-5">
      <div className="hidden size-10 shrink-0 place-items-center rounded-lg border bg-background text-muted-foreground sm:grid">
        <Icon aria-hidden className="size-5" strokeWidth={1.5} />
      </div>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-sm">
          {device}
          {session.current ? <Badge variant="brand">This browser</Badge> : null}
        </p>
        <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">
          <span className="break-all font-mono">{session.ipAddress ?? "unknown address"}</span> · signed in{" "}
          <Timestamp date={session.createdAt} now={now} /> · last seen{" "}
          <Timestamp date={session.lastSeenAt} now={now} />
        </p>
      </div>
      {session.current ? null : (
        <form action={revoke}>
          <input type="hidden" name="id" value={session.id} />
          <SubmitButton variant="outline" size="sm" aria-label={`Sign out ${device}`}>
            Sign out
          </SubmitButton>
        </form>
      )}
    </div>
  )
}

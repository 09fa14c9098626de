import { SubmitButton } from "@/components/submit-button"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { TableCell, TableRow } from "@/components/ui/table"
import type { SessionView } from "@/lib/auth/session-list"
import { SessionIcon } from "./session-icon"
import { sessionName } from "./session-names"
import { SessionPlace } from "./session-place"

type SessionRowProps = {
  session: SessionView
  now: Date
  expiresAt: Date
  revoke: (form: FormData) => void
}

export function SessionRow({ session, now, expiresAt, revoke }: SessionRowProps) {
  const { id, current, createdAt, lastSeenAt } = session
  const name = sessionName(session)
  return (
    <TableRow>
      <TableCell className="w-full max-w-0">
        <div className="flex items-center gap-4">
          <SessionIcon session={session} className="hidden sm:grid" />
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
              {name}
              {current ? <Badge variant="brand">This browser</Badge> : null}
            </p>
            <div className="mt-0.5 text-[0.8125rem] text-muted-foreground">
              <p>
                <SessionPlace session={session} />
              </p>
              <p className="flex flex-wrap gap-x-3 xl:hidden">
                <span>
                  Last seen <Timestamp date={lastSeenAt} now={now} />
                </span>
                <span>
                  Signed in <Timestamp date={createdAt} now={now} />
                </span>
                <span>
                  Expires <Timestamp date={expiresAt} now={now} />
                </span>
              </p>
            </div>
          </div>
        </div>
      </TableCell>
      <TimeCell date={lastSeenAt} now={now} />
      <TimeCell date={createdAt} now={now} />
      <TimeCell date={expiresAt} now={now} />
      <TableCell className="w-0">
        {current ? null : (
          <form action={revoke}>
            <input type="hidden" name="which" value={id} />
            <SubmitButton variant="outline" size="sm" aria-label={`Sign out ${name}`}>
              Sign out
            </SubmitButton>
          </form>
        )}
      </TableCell>
    </TableRow>
  )
}

function TimeCell({ date, now }: { date: Date; now: Date }) {
  return (
    <TableCell className="hidden whitespace-nowrap text-muted-foreground xl:table-cell">
      <Timestamp date={date} now={now} />
    </TableCell>
  )
}

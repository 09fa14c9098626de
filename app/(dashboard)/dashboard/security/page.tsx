import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { requireUser } from "@/lib/auth/caller"
import { listEndedSessions, listLiveSessions, listReuseAlarms } from "@/lib/auth/session-list"
import { seconds } from "@/lib/duration"
import { env } from "@/lib/env"
import { ReuseAlarm } from "../reuse-alarm"
import { EndedSessions } from "./ended-sessions"
import { SessionList } from "./session-list"

export const metadata: Metadata = { title: "Security" }

export default async function SecurityPage() {
  const caller = await requireUser()
  const [live, ended, alarms] = await Promise.all([
    listLiveSessions(caller),
    listEndedSessions(caller),
    listReuseAlarms(caller),
  ])
  const now = new Date()
  return (
    <>
      <PageHeader
        title="Security"
        description="Where you are signed in, with browsers and with programs. If you do not know one of them, sign it out."
      />
      <div className="grid grid-cols-1 gap-10">
        <ReuseAlarm alarms={alarms} now={now} />
        <SessionList sessions={live} now={now} idleLimit={seconds(env().SESSION_IDLE_SECONDS)} />
        <EndedSessions sessions={ended} now={now} />
      </div>
    </>
  )
}

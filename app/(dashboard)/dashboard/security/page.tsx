import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { requireUser } from "@/lib/auth/caller"
import { listSecondFactors } from "@/lib/auth/factor-enrolment"
import { listEndedSessions, listLiveSessions, listReuseAlarms } from "@/lib/auth/session-list"
import { listSignInMethods } from "@/lib/auth/sign-in-methods"
import { seconds } from "@/lib/duration"
import { env } from "@/lib/env"
import { programDeviceName } from "@/lib/network/device-name"
import { ReuseAlarm } from "../reuse-alarm"
import { EndedSessions } from "./ended-sessions"
import { SecondFactors } from "./second-factors"
import { SessionList } from "./session-list"
import { SignInMethods } from "./sign-in-methods"

export const metadata: Metadata = { title: "Security" }

export default async function SecurityPage() {
  const caller = await requireUser()
  const [methods, factors, live, ended, alarms] = await Promise.all([
    listSignInMethods(caller),
    listSecondFactors(caller),
    listLiveSessions(caller),
    listEndedSessions(caller),
    listReuseAlarms(caller),
  ])
  const now = new Date()
  return (
    <>
      <PageHeader
        title="Security"
        description="What protects your account, and where you are signed in, with browsers and with programs."
      />
      <div className="grid grid-cols-1 gap-10">
        <ReuseAlarm alarms={alarms} now={now} />
        <SignInMethods methods={methods} email={caller.user.email} now={now} />
        <SecondFactors
          factors={factors}
          now={now}
          suggestedName={programDeviceName(caller.source.userAgent, "This device")}
        />
        <SessionList sessions={live} now={now} idleLimit={seconds(env().SESSION_IDLE_SECONDS)} />
        <EndedSessions sessions={ended} now={now} />
      </div>
    </>
  )
}

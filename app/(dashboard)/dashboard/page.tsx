import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { countActiveApiKeys, getFirstSteps } from "@/lib/api-keys/api-keys"
import { listAuditEvents } from "@/lib/audit/audit-log"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { listLiveSessions, listReuseAlarms } from "@/lib/auth/session-list"
import { countMembers } from "@/lib/organizations/organizations"
import { countOpenFindings } from "@/lib/watchman/findings"
import { FindingsAlarm } from "./findings-alarm"
import { FirstSteps } from "./first-steps"
import { RecentEvents } from "./recent-events"
import { ReuseAlarm } from "./reuse-alarm"
import { Stats } from "./stats"

export const metadata: Metadata = { title: "Overview" }

export default async function OverviewPage() {
  const caller = await requireUser()
  const [activeKeys, firstSteps, members, sessions, alarms, findings, events] = await Promise.all([
    countActiveApiKeys(caller),
    getFirstSteps(caller),
    countMembers(caller),
    listLiveSessions(caller),
    listReuseAlarms(caller),
    countOpenFindings(caller),
    can(caller, "audit_log:read") ? listAuditEvents(caller, { limit: 5 }) : null,
  ])
  const now = new Date()
  const firstName = caller.user.name?.split(" ")[0]
  return (
    <>
      <PageHeader
        title={firstName ? `Hello, ${firstName}` : "Hello"}
        description={`This is ${caller.organization.name} at a glance.`}
      />
      <div className="grid grid-cols-1 gap-6">
        <ReuseAlarm alarms={alarms} now={now} />
        <FindingsAlarm keys={findings} />
        <Stats activeKeys={activeKeys} members={members} sessions={sessions.length} />
        <FirstSteps {...firstSteps} mayCreate={can(caller, "api_keys:write")} />
        {events ? <RecentEvents events={events.items} now={now} /> : null}
      </div>
    </>
  )
}

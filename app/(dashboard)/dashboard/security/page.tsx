import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { requireUser } from "@/lib/auth/caller"
import { listLiveSessions } from "@/lib/auth/session-list"
import { SessionList } from "./session-list"

export const metadata: Metadata = { title: "Security" }

export default async function SecurityPage() {
  const caller = await requireUser()
  const sessions = await listLiveSessions(caller)
  return (
    <>
      <PageHeader
        title="Security"
        description="The browsers you are signed in with. If you do not know one of them, sign it out."
      />
      <SessionList sessions={sessions} now={new Date()} />
    </>
  )
}

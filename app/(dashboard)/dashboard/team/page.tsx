import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { requireUser } from "@/lib/auth/caller"
import { canRevokeSessionsOf } from "@/lib/auth/session-list"
import { listMembers, MEMBERS_LISTED_MAX } from "@/lib/organizations/organizations"
import { MemberTable } from "./member-table"

export const metadata: Metadata = { title: "Team" }

export default async function TeamPage() {
  const caller = await requireUser()
  const members = await listMembers(caller)
  return (
    <>
      <PageHeader
        title="Team"
        description={`The people of ${caller.organization.name} and what they may do.`}
      />
      <MemberTable
        members={members}
        ownId={caller.user.id}
        signOutIds={members.filter((member) => canRevokeSessionsOf(caller, member)).map(({ id }) => id)}
        now={new Date()}
      />
      <p className="mt-4 text-[0.8125rem] text-muted-foreground">
        Owners and admins create and revoke keys, sign members out, read the audit log and rename the
        organization. Members see the keys and the team.
        {members.length === MEMBERS_LISTED_MAX
          ? ` The first ${MEMBERS_LISTED_MAX} are shown, by how long they have been here.`
          : null}
      </p>
    </>
  )
}

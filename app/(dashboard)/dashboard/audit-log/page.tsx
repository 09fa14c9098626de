import { Lock, ScrollText } from "lucide-react"
import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { Pager } from "@/components/pager"
import { Empty } from "@/components/ui/empty"
import { listAuditEvents } from "@/lib/audit/audit-log"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { cursorFrom } from "../cursor-from"
import { AuditTable } from "./audit-table"

export const metadata: Metadata = { title: "Audit log" }

export default async function AuditLogPage({ searchParams }: PageProps<"/dashboard/audit-log">) {
  const caller = await requireUser()
  if (!can(caller, "audit_log:read")) return <NotForMembers />
  const cursor = cursorFrom(await searchParams)
  const { items, nextCursor } = await listAuditEvents(caller, { cursor })
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who did what in this organization, newest first. Nothing here can be changed or deleted."
      />
      {items.length === 0 ? (
        <Empty
          icon={<ScrollText aria-hidden />}
          title={cursor ? "No earlier events" : "Nothing has happened yet"}
        >
          Sign-ins, new keys, revocations and changes to the organization will appear here.
        </Empty>
      ) : (
        <AuditTable events={items} now={new Date()} />
      )}
      <Pager path="/dashboard/audit-log" cursor={cursor} nextCursor={nextCursor} />
    </>
  )
}

function NotForMembers() {
  return (
    <>
      <PageHeader title="Audit log" />
      <Empty icon={<Lock aria-hidden />} title="For owners and admins">
        Your role does not include the audit log. Ask an owner or admin of the organization if you need to
        know something from it.
      </Empty>
    </>
  )
}

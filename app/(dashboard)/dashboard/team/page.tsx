import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import { requireUser } from "@/lib/auth/caller"
import { listMembers } from "@/lib/organizations/organizations"

export const metadata: Metadata = { title: "Team" }

export default async function TeamPage() {
  const caller = await requireUser()
  const members = await listMembers(caller)
  const now = new Date()
  return (
    <>
      <PageHeader
        title="Team"
        description={`The people of ${caller.organization.name} and what they may do.`}
      />
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Name</TableHead>
            <TableHead className="hidden sm:table-cell">E-mail</TableHead>
            <TableHead>Role</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Since</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {members.map(({ id, name, email, role, since }) => (
            <TableRow key={id}>
              <TableCell className="w-full max-w-0 sm:w-[40%]">
                <p className="flex items-center gap-2">
                  <span className="truncate font-medium">{name ?? email}</span>
                  {id === caller.user.id ? <Badge variant="outline">You</Badge> : null}
                </p>
                <p className="truncate text-[0.8125rem] text-muted-foreground sm:hidden">{email}</p>
              </TableCell>
              <TableCell className="hidden max-w-64 truncate text-muted-foreground sm:table-cell">
                {email}
              </TableCell>
              <TableCell>
                <Badge variant={role === "member" ? "neutral" : "brand"} className="capitalize">
                  {role}
                </Badge>
              </TableCell>
              <TableCell className="hidden whitespace-nowrap text-right text-muted-foreground sm:table-cell">
                <Timestamp date={since} now={now} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <p className="mt-4 text-[0.8125rem] text-muted-foreground">
        Owners and admins create and revoke keys, read the audit log and rename the organization. Members see
        the keys and the team.
      </p>
    </>
  )
}

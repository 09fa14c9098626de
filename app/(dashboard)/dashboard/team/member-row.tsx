import type { ReactNode } from "react"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { TableCell, TableRow } from "@/components/ui/table"
import type { MemberView } from "@/lib/organizations/organizations"
import { memberName } from "./member-name"

type MemberRowProps = {
  member: MemberView
  isSelf: boolean
  now: Date
  /** Whether there is a column for menus, in which some rows have none. */
  hasMenus: boolean
  menu: ReactNode
}

export function MemberRow({ member, isSelf, now, hasMenus, menu }: MemberRowProps) {
  const { email, role, since } = member
  return (
    <TableRow>
      <TableCell className="w-full max-w-0 sm:w-[40%]">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{memberName(member)}</span>
          {isSelf ? <Badge variant="outline">You</Badge> : null}
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground sm:hidden">{email}</p>
      </TableCell>
      <TableCell className="hidden max-w-64 truncate text-muted-foreground sm:table-cell">{email}</TableCell>
      <TableCell>
        <Badge variant={role === "member" ? "neutral" : "brand"} className="capitalize">
          {role}
        </Badge>
      </TableCell>
      <TableCell className="hidden whitespace-nowrap text-right text-muted-foreground sm:table-cell">
        <Timestamp date={since} now={now} />
      </TableCell>
      {hasMenus ? <TableCell className="w-0 py-0">{menu}</TableCell> : null}
    </TableRow>
  )
}

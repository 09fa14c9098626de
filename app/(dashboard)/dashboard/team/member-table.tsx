"use client"

import { useRef, useState } from "react"
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { MemberView } from "@/lib/organizations/organizations"
import { MemberMenu, memberMenuId } from "./member-menu"
import { MemberRow } from "./member-row"
import { SignOutMemberDialog } from "./sign-out-member-dialog"

type MemberTableProps = {
  members: MemberView[]
  ownId: string
  /** Those whom the reader may sign out. */
  signOutIds: string[]
  now: Date
}

export function MemberTable({ members, ownId, signOutIds, now }: MemberTableProps) {
  const [signingOut, setSigningOut] = useState<MemberView | null>(null)
  const [notice, setNotice] = useState("")
  const hasMenus = signOutIds.length > 0
  const lastSigningOut = useRef<MemberView>(null)

  function startSigningOut(member: MemberView) {
    lastSigningOut.current = member
    setSigningOut(member)
  }

  function focusLastMenu() {
    if (lastSigningOut.current) document.getElementById(memberMenuId(lastSigningOut.current))?.focus()
  }

  return (
    <>
      <p role="status" className="text-muted-foreground text-sm not-empty:mb-3">
        {notice}
      </p>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Name</TableHead>
            <TableHead className="hidden sm:table-cell">E-mail</TableHead>
            <TableHead>Role</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Since</TableHead>
            {hasMenus ? (
              <TableHead className="w-0">
                <span className="sr-only">More</span>
              </TableHead>
            ) : null}
          </TableRow>
        </TableHeader>
        <TableBody>
          {members.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              isSelf={member.id === ownId}
              now={now}
              hasMenus={hasMenus}
              menu={
                signOutIds.includes(member.id) ? (
                  <MemberMenu member={member} onSignOut={() => startSigningOut(member)} />
                ) : null
              }
            />
          ))}
        </TableBody>
      </Table>
      <SignOutMemberDialog
        member={signingOut}
        onClose={() => setSigningOut(null)}
        onSignedOut={setNotice}
        returnFocusTo={focusLastMenu}
      />
    </>
  )
}

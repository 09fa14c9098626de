"use client"

import { Ellipsis } from "lucide-react"
import { Button } from "@/components/ui/button"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu"
import type { MemberView } from "@/lib/organizations/organizations"
import { memberName } from "./member-name"

/** Where the focus returns when a dialog that the menu opened closes. */
export function memberMenuId({ id }: MemberView): string {
  return `menu-of-${id}`
}

export function MemberMenu({ member, onSignOut }: { member: MemberView; onSignOut: () => void }) {
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <Button
          id={memberMenuId(member)}
          variant="ghost"
          size="icon"
          aria-label={`More for ${memberName(member)}`}
          className="size-8"
        >
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem variant="destructive" onSelect={onSignOut}>
          Sign out everywhere
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

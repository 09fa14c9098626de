"use client"

import { Ellipsis } from "lucide-react"
import Link from "next/link"
import { Button } from "@/components/ui/button"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { type KeyQuestion, keyChoices } from "./key-choices"

type ApiKeyMenuProps = {
  apiKey: ApiKeyView
  onCopyId: () => void
  onAsk: (question: KeyQuestion) => void
}

/** Where the focus returns when a dialog that the menu opened closes. */
export function apiKeyMenuId({ id }: ApiKeyView): string {
  return `menu-of-${id}`
}

export function ApiKeyMenu({ apiKey, onCopyId, onAsk }: ApiKeyMenuProps) {
  const { mayRotate, maySuspend, mayResume, mayRevoke } = keyChoices(apiKey)
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <Button
          id={apiKeyMenuId(apiKey)}
          variant="ghost"
          size="icon"
          aria-label={`More for ${apiKey.name}`}
          className="relative size-8"
        >
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem asChild>
          <Link href={`/dashboard/api-keys/${apiKey.id}`}>Open</Link>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={onCopyId}>Copy key id</DropdownMenuItem>
        {mayRotate ? <DropdownMenuItem onSelect={() => onAsk("rotate")}>Rotate</DropdownMenuItem> : null}
        {maySuspend ? <DropdownMenuItem onSelect={() => onAsk("suspend")}>Suspend</DropdownMenuItem> : null}
        {mayResume ? <DropdownMenuItem onSelect={() => onAsk("resume")}>Resume</DropdownMenuItem> : null}
        {mayRevoke ? (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem variant="destructive" onSelect={() => onAsk("revoke")}>
              Revoke
            </DropdownMenuItem>
          </>
        ) : null}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

"use client"

import { Ellipsis } from "lucide-react"
import { Button } from "@/components/ui/button"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"

type ApiKeyMenuProps = { apiKey: ApiKeyView; onCopyId: () => void; onRevoke: () => void }

/** Where the focus returns when a dialog that the menu opened closes. */
export function apiKeyMenuId({ id }: ApiKeyView): string {
  return `menu-of-${id}`
}

export function ApiKeyMenu({ apiKey, onCopyId, onRevoke }: ApiKeyMenuProps) {
  return (
    <DropdownMenu modal={false}>
      <DropdownMenuTrigger asChild>
        <Button
          id={apiKeyMenuId(apiKey)}
          variant="ghost"
          size="icon"
          aria-label={`More for ${apiKey.name}`}
          className="size-8"
        >
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={onCopyId}>Copy key id</DropdownMenuItem>
        {apiKey.status === "revoked" ? null : (
          <DropdownMenuItem variant="destructive" onSelect={onRevoke}>
            Revoke
          </DropdownMenuItem>
        )}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

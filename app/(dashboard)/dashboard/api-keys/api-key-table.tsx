"use client"

import { Search } from "lucide-react"
import { useRef, useState } from "react"
import { Input } from "@/components/ui/input"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { ApiKeyMenu, apiKeyMenuId } from "./api-key-menu"
import { ApiKeyRow } from "./api-key-row"
import { RevokeKeyDialog } from "./revoke-key-dialog"

type ApiKeyTableProps = { keys: ApiKeyView[]; mayWrite: boolean; now: Date }

export function ApiKeyTable({ keys, mayWrite, now }: ApiKeyTableProps) {
  const [query, setQuery] = useState("")
  const [revoking, setRevoking] = useState<ApiKeyView | null>(null)
  const [notice, setNotice] = useState("")
  const lastRevoking = useRef<ApiKeyView>(null)
  const shown = keys.filter((key) => matches(key, query))

  async function copyId(key: ApiKeyView) {
    const copied = await navigator.clipboard.writeText(key.id).then(
      () => true,
      () => false,
    )
    setNotice(
      copied ? `The id of “${key.name}” is on the clipboard.` : `The browser refused to copy ${key.id}`,
    )
  }

  function startRevoking(key: ApiKeyView) {
    lastRevoking.current = key
    setRevoking(key)
  }

  function focusLastMenu() {
    if (lastRevoking.current) document.getElementById(apiKeyMenuId(lastRevoking.current))?.focus()
  }

  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="relative w-full sm:w-72">
          <Search
            aria-hidden
            className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-3 size-4 text-muted-foreground"
          />
          <Input
            type="search"
            aria-label="Search the keys on this page"
            placeholder="Search this page"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            className="pl-9"
          />
        </div>
        <p role="status" className="text-muted-foreground text-sm">
          {query ? `${shown.length} of ${keys.length} keys` : notice}
        </p>
      </div>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Name</TableHead>
            <TableHead className="hidden sm:table-cell">Key</TableHead>
            <TableHead className="hidden xl:table-cell">Scopes</TableHead>
            <TableHead className="hidden md:table-cell lg:hidden xl:table-cell">Created</TableHead>
            <TableHead className="hidden sm:table-cell">Last used</TableHead>
            <TableHead>Status</TableHead>
            {mayWrite ? (
              <TableHead className="w-0">
                <span className="sr-only">More</span>
              </TableHead>
            ) : null}
          </TableRow>
        </TableHeader>
        <TableBody>
          {shown.map((key) => (
            <ApiKeyRow
              key={key.id}
              apiKey={key}
              now={now}
              menu={
                mayWrite ? (
                  <ApiKeyMenu apiKey={key} onCopyId={() => copyId(key)} onRevoke={() => startRevoking(key)} />
                ) : null
              }
            />
          ))}
          {shown.length === 0 ? (
            <TableRow>
              <TableCell colSpan={7} className="py-10 text-center text-muted-foreground">
                No key on this page matches.
              </TableCell>
            </TableRow>
          ) : null}
        </TableBody>
      </Table>
      <RevokeKeyDialog
        apiKey={revoking}
        onClose={() => setRevoking(null)}
        onRevoked={(name) => setNotice(`“${name}” is revoked.`)}
        returnFocusTo={focusLastMenu}
      />
    </>
  )
}

function matches(key: ApiKeyView, query: string): boolean {
  const text = [key.name, key.lastFour, key.status, key.createdBy.name ?? "", ...key.scopes].join(" ")
  return text.toLowerCase().includes(query.trim().toLowerCase())
}

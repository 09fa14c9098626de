"use client"

import { useState } from "react"
import { Table, TableBody, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { ApiKeyMenu, apiKeyMenuId } from "./api-key-menu"
import { ApiKeyRow } from "./api-key-row"
import { KeyDialogs, useKeyQuestion } from "./key-dialogs"

type ApiKeyTableProps = {
  keys: ApiKeyView[]
  mayWrite: boolean
  now: Date
  appUrl: string
  defaultRateLimit: number
}

export function ApiKeyTable({ keys, mayWrite, now, appUrl, defaultRateLimit }: ApiKeyTableProps) {
  const { asked, ask, close } = useKeyQuestion()
  const [notice, setNotice] = useState("")

  async function copyId(key: ApiKeyView) {
    const copied = await navigator.clipboard.writeText(key.id).then(
      () => true,
      () => false,
    )
    setNotice(
      copied ? `The id of “${key.name}” is on the clipboard.` : `The browser refused to copy ${key.id}`,
    )
  }

  function focusLastMenu() {
    if (asked) document.getElementById(apiKeyMenuId(asked.apiKey))?.focus()
  }

  return (
    <>
      <p role="status" className="wrap-anywhere text-muted-foreground text-sm not-empty:mb-3">
        {notice}
      </p>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Name</TableHead>
            <TableHead className="hidden sm:table-cell">Key</TableHead>
            <TableHead>Status</TableHead>
            <TableHead className="hidden sm:table-cell">Last used</TableHead>
            <TableHead className="hidden md:table-cell">Expires</TableHead>
            <TableHead className="hidden text-right xl:table-cell">Per minute</TableHead>
            {mayWrite ? (
              <TableHead className="w-0">
                <span className="sr-only">More</span>
              </TableHead>
            ) : null}
          </TableRow>
        </TableHeader>
        <TableBody>
          {keys.map((key) => (
            <ApiKeyRow
              key={key.id}
              apiKey={key}
              now={now}
              defaultRateLimit={defaultRateLimit}
              menu={
                mayWrite ? (
                  <ApiKeyMenu
                    apiKey={key}
                    onCopyId={() => copyId(key)}
                    onAsk={(question) => ask(question, key)}
                  />
                ) : null
              }
            />
          ))}
        </TableBody>
      </Table>
      <KeyDialogs
        asked={asked}
        appUrl={appUrl}
        onClose={close}
        onDone={setNotice}
        returnFocusTo={focusLastMenu}
      />
    </>
  )
}

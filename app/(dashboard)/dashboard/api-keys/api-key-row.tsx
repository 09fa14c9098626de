"use client"

import type { ReactNode } from "react"
import { formatRelative } from "@/components/format-time"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { TableCell, TableRow } from "@/components/ui/table"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"

const statusVariant = {
  active: "success",
  expired: "warning",
  suspended: "warning",
  revoked: "neutral",
} as const

type ApiKeyRowProps = { apiKey: ApiKeyView; now: Date; menu: ReactNode }

export function ApiKeyRow({ apiKey, now, menu }: ApiKeyRowProps) {
  const { name, lastFour, scopes, status, createdAt, createdBy, lastUsedAt } = apiKey
  const masked = `sk_…${lastFour}`
  return (
    <TableRow className={status === "active" ? undefined : "text-muted-foreground"}>
      <TableCell className="w-full max-w-0">
        <p className="truncate font-medium" title={name}>
          {name}
        </p>
        <p className="truncate text-[0.8125rem] text-muted-foreground sm:hidden">
          <code className="font-mono">{masked}</code> ·{" "}
          {lastUsedAt ? formatRelative(lastUsedAt, now) : "never used"}
        </p>
        {apiKey.revokedReason ? (
          <p className="truncate text-[0.8125rem]" title={apiKey.revokedReason}>
            {apiKey.revokedReason}
          </p>
        ) : null}
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        <code className="font-mono text-[0.8125rem]">{masked}</code>
      </TableCell>
      <TableCell className="hidden xl:table-cell">
        <div className="flex w-max max-w-44 flex-wrap gap-1">
          {scopes.map((scope) => (
            <Badge key={scope} variant="outline" className="font-mono font-normal">
              {scope}
            </Badge>
          ))}
          {scopes.length === 0 ? <span className="text-muted-foreground">none</span> : null}
        </div>
      </TableCell>
      <TableCell className="hidden whitespace-nowrap md:table-cell lg:hidden xl:table-cell">
        <Timestamp date={createdAt} now={now} />
        <p className="max-w-36 truncate text-[0.8125rem] text-muted-foreground">
          by {createdBy.name ?? "a member without a name"}
        </p>
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        {lastUsedAt ? (
          <Timestamp date={lastUsedAt} now={now} />
        ) : (
          <span className="text-muted-foreground">Never</span>
        )}
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <Badge variant={statusVariant[status]} className="capitalize">
          {status}
        </Badge>
        <StatusSince apiKey={apiKey} now={now} />
      </TableCell>
      {menu ? <TableCell className="w-0 py-0">{menu}</TableCell> : null}
    </TableRow>
  )
}

function StatusSince({ apiKey, now }: { apiKey: ApiKeyView; now: Date }) {
  const date = apiKey.revokedAt ?? apiKey.expiresAt
  if (!date) return null
  return (
    <p className="mt-1 hidden text-muted-foreground text-xs sm:block">
      {apiKey.status === "active" ? "ends " : null}
      <Timestamp date={date} now={now} />
    </p>
  )
}

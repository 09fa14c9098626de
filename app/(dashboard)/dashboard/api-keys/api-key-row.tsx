import { TriangleAlert } from "lucide-react"
import Link from "next/link"
import type { ReactNode } from "react"
import { cn } from "@/components/cn"
import { formatRelative } from "@/components/format-time"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { TableCell, TableRow } from "@/components/ui/table"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { addDuration, days } from "@/lib/duration"
import { KeyStatusBadge } from "./key-status-badge"

type ApiKeyRowProps = { apiKey: ApiKeyView; now: Date; defaultRateLimit: number; menu: ReactNode }

/** The whole row leads to the key's page; its menu lies above the link. */
export function ApiKeyRow({ apiKey, now, defaultRateLimit, menu }: ApiKeyRowProps) {
  const { id, name, lastFour, status, lastUsedAt, rateLimitPerMinute } = apiKey
  const masked = `sk_…${lastFour}`
  const isOver = status === "revoked" || status === "expired"
  return (
    <TableRow
      className={cn("relative transition-colors hover:bg-muted/60", isOver && "text-muted-foreground")}
    >
      <TableCell className="w-full max-w-0">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            href={`/dashboard/api-keys/${id}`}
            title={name}
            className="focus-ring truncate rounded-sm font-medium after:absolute after:inset-0 focus-visible:-outline-offset-1"
          >
            {name}
          </Link>
          <FindingsBadge count={apiKey.openFindings} />
        </div>
        <p className="truncate text-[0.8125rem] text-muted-foreground sm:hidden">
          <code className="font-mono">{masked}</code> ·{" "}
          {lastUsedAt ? formatRelative(lastUsedAt, now) : "never used"}
        </p>
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        <code className="font-mono text-[0.8125rem]">{masked}</code>
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <KeyStatusBadge status={status} />
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        {lastUsedAt ? (
          <Timestamp date={lastUsedAt} now={now} />
        ) : (
          <span className="text-muted-foreground">Never</span>
        )}
      </TableCell>
      <TableCell className="hidden whitespace-nowrap md:table-cell">
        <Expiry apiKey={apiKey} now={now} />
      </TableCell>
      <TableCell className="hidden whitespace-nowrap text-right tabular-nums xl:table-cell">
        {rateLimitPerMinute ?? <span className="text-muted-foreground">{defaultRateLimit}</span>}
      </TableCell>
      {menu ? <TableCell className="w-0 py-0">{menu}</TableCell> : null}
    </TableRow>
  )
}

function FindingsBadge({ count }: { count: number }) {
  if (count === 0) return null
  const words = count === 1 ? "1 finding" : `${count} findings`
  return (
    <Badge variant="destructive">
      <TriangleAlert aria-hidden className="size-3" />
      <span className="sr-only sm:not-sr-only">{words}</span>
      <span aria-hidden className="sm:hidden">
        {count}
      </span>
    </Badge>
  )
}

function Expiry({ apiKey: { expiresAt, status }, now }: { apiKey: ApiKeyView; now: Date }) {
  if (!expiresAt) return <span className="text-muted-foreground">Never</span>
  const isSoon = status === "active" && expiresAt < addDuration(now, days(7))
  return <Timestamp date={expiresAt} now={now} className={isSoon ? "text-warning" : undefined} />
}

import { formatCount } from "@/components/format-count"
import { formatDateTime } from "@/components/format-time"
import { Timestamp } from "@/components/timestamp"
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import type { Caller } from "@/lib/auth/caller"
import { getUseSinceLeak } from "@/lib/usage/use-since-leak"

/** What a leaked key did around its revocation, for whoever has to find out what was taken. */
export async function LeakSection({ caller, keyId }: { caller: Caller; keyId: string }) {
  const use = await getUseSinceLeak(caller, { id: keyId })
  if (!use) return null
  const { since, beforeRevocation, afterRevocation, networks, routes } = use
  const now = new Date()
  return (
    <Card aria-labelledby="leak-title">
      <CardHeader>
        <CardTitle id="leak-title">What the leaked key did</CardTitle>
        <CardDescription>
          Since {formatDateTime(since)}, a day before it was revoked: {requests(beforeRevocation.requests)}{" "}
          until then, and {requests(afterRevocation.requests)} since
          {afterRevocation.requests > 0 ? ", refused" : null}.
        </CardDescription>
      </CardHeader>
      <CardContent className="grid gap-6 sm:grid-cols-2">
        <List title="From these networks">
          {networks.map(({ network, requests, lastSeenAt }) => (
            <Line key={network} name={network} requests={requests}>
              <Timestamp date={lastSeenAt} now={now} />
            </Line>
          ))}
        </List>
        <List title="On these routes">
          {routes.map(({ method, route, requests, refused }) => (
            <Line key={`${method} ${route}`} name={`${method} ${route}`} requests={requests}>
              {formatCount(refused)} refused
            </Line>
          ))}
        </List>
      </CardContent>
    </Card>
  )
}

function requests(count: number): string {
  if (count === 0) return "none"
  return `${formatCount(count)} ${count === 1 ? "request" : "requests"}`
}

function List({ title, children }: { title: string; children: React.ReactNode[] }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-medium text-sm">{title}</h3>
      {children.length === 0 ? (
        <p className="text-muted-foreground text-sm">None.</p>
      ) : (
        <ul className="grid gap-1.5 text-sm">{children.slice(0, 10)}</ul>
      )}
    </div>
  )
}

type LineProps = { name: string; requests: number; children: React.ReactNode }

function Line({ name, requests, children }: LineProps) {
  return (
    <li className="flex items-baseline justify-between gap-4">
      <code className="min-w-0 truncate font-mono text-[0.8125rem]" title={name}>
        {name}
      </code>
      <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
        {formatCount(requests)} · {children}
      </span>
    </li>
  )
}

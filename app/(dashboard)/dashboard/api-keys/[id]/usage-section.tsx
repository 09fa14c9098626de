import { CopyButton } from "@/components/copy-button"
import { formatCount } from "@/components/format-count"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table"
import { UsageOverview, UsageRoutes } from "@/components/usage-overview"
import { usageQueryOf, usageRangeFrom } from "@/components/usage-range"
import { UsageRangeSwitch } from "@/components/usage-range-switch"
import type { Caller } from "@/lib/auth/caller"
import { listSightings, type Sighting } from "@/lib/usage/sightings"
import { getApiKeyUsage, type RecentRequest } from "@/lib/usage/usage"
import { countryName } from "./country-name"
import { outcomeWords } from "./outcome-words"

type UsageSectionProps = { caller: Caller; keyId: string; range: unknown }

/** What the key was used for, the latest requests, and what it was seen with. */
export async function UsageSection({ caller, keyId, range: asked }: UsageSectionProps) {
  const [range, now] = [usageRangeFrom(asked), new Date()]
  const [usage, sightings] = await Promise.all([
    getApiKeyUsage(caller, { id: keyId, ...usageQueryOf(range, now) }),
    listSightings(caller, { id: keyId }),
  ])
  return (
    <div className="grid grid-cols-1 gap-8">
      <UsageOverview
        usage={usage}
        actions={<UsageRangeSwitch path={`/dashboard/api-keys/${keyId}`} current={range} />}
      />
      <UsageRoutes routes={usage.byRoute} />
      <RecentRequests requests={usage.recent} now={now} />
      <Sightings sightings={sightings} now={now} />
    </div>
  )
}

function RecentRequests({ requests, now }: { requests: RecentRequest[]; now: Date }) {
  if (requests.length === 0) return null
  return (
    <section aria-labelledby="recent-requests-title">
      <h2 id="recent-requests-title" className="mb-3 font-semibold text-[0.9375rem] tracking-tight">
        Recent requests
      </h2>
      <Table>
        <TableHeader>
          <TableRow>
            <TableHead>Request</TableHead>
            <TableHead>Answer</TableHead>
            <TableHead className="hidden md:table-cell">From</TableHead>
            <TableHead className="hidden text-right sm:table-cell">Time taken</TableHead>
            <TableHead className="hidden sm:table-cell">When</TableHead>
            <TableHead className="hidden w-0 xl:table-cell">
              <span className="sr-only">Request id</span>
            </TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {requests.map((request) => (
            <RecentRequestRow
              key={`${request.requestId} ${request.time.getTime()}`}
              request={request}
              now={now}
            />
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

function RecentRequestRow({ request, now }: { request: RecentRequest; now: Date }) {
  const { time, outcome, status, method, route, latencyMs, ipAddress, country, userAgent, requestId } =
    request
  return (
    <TableRow>
      <TableCell className="w-full max-w-0">
        <code className="block truncate font-mono text-[0.8125rem]" title={`${method} ${route}`}>
          <span className="text-muted-foreground">{method}</span> {route}
        </code>
        <p className="truncate text-muted-foreground text-xs sm:hidden">
          <Timestamp date={time} now={now} />
        </p>
      </TableCell>
      <TableCell className="whitespace-nowrap">
        <Badge variant={status >= 500 ? "destructive" : status >= 400 ? "warning" : "success"}>
          {status}
        </Badge>
        {outcome === "VALID" ? null : (
          <span className="ml-2 text-muted-foreground text-xs">{outcomeWords[outcome]}</span>
        )}
      </TableCell>
      <TableCell className="hidden max-w-56 md:table-cell">
        <p className="truncate text-[0.8125rem]">
          <code className="font-mono">{ipAddress ?? "unknown"}</code>
          {country ? `, ${countryName(country)}` : null}
        </p>
        <p className="truncate text-muted-foreground text-xs" title={userAgent ?? undefined}>
          {userAgent ?? "no user agent"}
        </p>
      </TableCell>
      <TableCell className="hidden whitespace-nowrap text-right tabular-nums sm:table-cell">
        {formatCount(latencyMs)} ms
      </TableCell>
      <TableCell className="hidden whitespace-nowrap sm:table-cell">
        <Timestamp date={time} now={now} />
      </TableCell>
      <TableCell className="hidden py-0 xl:table-cell">
        <CopyButton value={requestId} />
      </TableCell>
    </TableRow>
  )
}

const kinds = { network: "Networks", country: "Countries", client: "Clients", scope: "Scopes used" } as const

function Sightings({ sightings, now }: { sightings: Sighting[]; now: Date }) {
  if (sightings.length === 0) return null
  return (
    <section aria-labelledby="sightings-title">
      <h2 id="sightings-title" className="mb-3 font-semibold text-[0.9375rem] tracking-tight">
        Seen with
      </h2>
      <div className="grid gap-4 sm:grid-cols-2">
        {(Object.keys(kinds) as (keyof typeof kinds)[]).map((kind) => (
          <SightingList
            key={kind}
            title={kinds[kind]}
            sightings={sightings.filter((sighting) => sighting.kind === kind)}
            now={now}
          />
        ))}
      </div>
      <p className="mt-3 text-muted-foreground text-xs">
        <a href="https://db-ip.com" className="focus-ring rounded-sm underline underline-offset-2">
          IP geolocation by DB-IP
        </a>
      </p>
    </section>
  )
}

function SightingList({ title, sightings, now }: { title: string; sightings: Sighting[]; now: Date }) {
  if (sightings.length === 0) return null
  return (
    <div className="rounded-xl border bg-card p-5 shadow-xs">
      <h3 className="mb-2 font-medium text-sm">{title}</h3>
      <ul className="grid gap-2 text-sm">
        {sightings.slice(0, 8).map(({ kind, value, lastSeenAt, requests }) => (
          <li key={value} className="flex items-baseline justify-between gap-4">
            <span className="min-w-0 truncate font-mono text-[0.8125rem]" title={value}>
              {kind === "country" ? countryName(value) : value}
            </span>
            <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
              {formatCount(requests)} · <Timestamp date={lastSeenAt} now={now} />
            </span>
          </li>
        ))}
      </ul>
      {sightings.length > 8 ? (
        <p className="mt-2 text-muted-foreground text-xs">and {sightings.length - 8} more</p>
      ) : null}
    </div>
  )
}

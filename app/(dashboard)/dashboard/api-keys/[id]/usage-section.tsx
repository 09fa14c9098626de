import { UsageOverview } from "@/components/usage-overview"
import { usageQueryOf, usageRangeFrom } from "@/components/usage-range"
import { UsageRangeSwitch } from "@/components/usage-range-switch"
import { UsageRoutes } from "@/components/usage-routes"
import type { Caller } from "@/lib/auth/caller"
import { listSightings } from "@/lib/usage/sightings"
import { getApiKeyUsage, type RecentRequest } from "@/lib/usage/usage"
import { countryName } from "./country-name"
import { type PlacedRequest, UsageRecent } from "./usage-recent"
import { UsageSightings } from "./usage-sightings"
import { UsageStatuses } from "./usage-statuses"

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
      <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_20rem] lg:gap-6">
        <UsageRoutes routes={usage.byRoute} />
        <UsageStatuses statuses={usage.byStatus} all={usage.totals.requests} />
      </div>
      <UsageRecent requests={usage.recent.map(withPlace)} now={now} />
      <UsageSightings sightings={sightings} now={now} />
      {usage.recent.length + sightings.length > 0 ? <Attribution /> : null}
    </div>
  )
}

function withPlace({ country, ...request }: RecentRequest): PlacedRequest {
  return { ...request, place: country && countryName(country) }
}

/** The license of the countries asks for it. */
function Attribution() {
  return (
    <p className="-mt-4 text-muted-foreground text-xs">
      <a href="https://db-ip.com" className="focus-ring rounded-sm underline underline-offset-2">
        IP geolocation by DB-IP
      </a>
    </p>
  )
}

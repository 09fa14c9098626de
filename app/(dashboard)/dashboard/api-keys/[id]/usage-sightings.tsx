import { formatCount } from "@/components/format-count"
import { Timestamp } from "@/components/timestamp"
import { Card, CardTitle } from "@/components/ui/card"
import { SectionTitle } from "@/components/ui/section-title"
import type { Sighting } from "@/lib/usage/sightings"
import { countryName } from "./country-name"

const SHOWN_MAX = 8
const kinds = [
  ["network", "Networks"],
  ["country", "Countries"],
  ["client", "Clients"],
  ["scope", "Scopes used"],
] as const

/** Where the key is used from, by what, and what for. */
export function UsageSightings({ sightings, now }: { sightings: Sighting[]; now: Date }) {
  if (sightings.length === 0) return null
  return (
    <section aria-labelledby="sightings-title" className="min-w-0">
      <SectionTitle id="sightings-title">Seen with</SectionTitle>
      <p className="mb-3 text-muted-foreground text-sm">
        From accepted requests. What a client calls itself is its own word.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        {kinds.map(([kind, title]) => (
          <SightingList
            key={kind}
            title={title}
            sightings={sightings.filter((sighting) => sighting.kind === kind)}
            now={now}
          />
        ))}
      </div>
    </section>
  )
}

function SightingList({ title, sightings, now }: { title: string; sightings: Sighting[]; now: Date }) {
  if (sightings.length === 0) return null
  return (
    <Card className="min-w-0 p-5">
      <div className="mb-3 flex items-baseline justify-between gap-3 text-muted-foreground text-xs">
        <CardTitle className="text-foreground text-sm">{title}</CardTitle>
        Requests · last
      </div>
      <ul className="grid gap-2.5 text-sm">
        {sightings.slice(0, SHOWN_MAX).map(({ kind, value, firstSeenAt, lastSeenAt, requests }) => (
          <li key={value} className="flex items-baseline justify-between gap-4">
            <span className="min-w-0">
              <span className="block truncate" title={value}>
                {kind === "country" ? (
                  countryName(value)
                ) : (
                  <span className="font-mono text-[0.8125rem]">{value}</span>
                )}
              </span>
              <span className="text-muted-foreground text-xs">
                since <Timestamp date={firstSeenAt} now={now} />
              </span>
            </span>
            <span className="shrink-0 text-muted-foreground text-xs tabular-nums">
              <span className="text-foreground">{formatCount(requests)}</span> ·{" "}
              <Timestamp date={lastSeenAt} now={now} />
            </span>
          </li>
        ))}
      </ul>
      {sightings.length > SHOWN_MAX ? (
        <p className="mt-3 text-muted-foreground text-xs">and {sightings.length - SHOWN_MAX} more</p>
      ) : null}
    </Card>
  )
}

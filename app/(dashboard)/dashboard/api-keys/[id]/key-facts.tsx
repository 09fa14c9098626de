import { CopyButton } from "@/components/copy-button"
import { formatDateTime } from "@/components/format-time"
import { Timestamp } from "@/components/timestamp"
import { Card, CardHeader, CardTitle } from "@/components/ui/card"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { countryOf } from "@/lib/network/country"
import { countryName } from "./country-name"
import { Code, Fact } from "./fact"

export function KeyFacts({ apiKey, now }: { apiKey: ApiKeyView; now: Date }) {
  const { id, prefix, createdAt, createdBy, lastUsedAt, lastUsedIp } = apiKey
  return (
    <Card aria-labelledby="key-facts-title">
      <CardHeader>
        <CardTitle id="key-facts-title">About this key</CardTitle>
      </CardHeader>
      <dl className="grid gap-4 p-5 text-sm">
        <Fact term="Id">
          <Code>{id}</Code>
          <div className="mt-1.5 flex flex-wrap">
            <CopyButton value={id} />
          </div>
        </Fact>
        <Fact term="Begins with">
          <Code>{prefix}</Code>
        </Fact>
        <Fact term="Created">
          {formatDateTime(createdAt)}
          <p className="text-muted-foreground">by {createdBy.name ?? "a member without a name"}</p>
        </Fact>
        <Fact term="Last used">
          {lastUsedAt ? <Timestamp date={lastUsedAt} now={now} /> : "Never"}
          {lastUsedIp ? <Place address={lastUsedIp} /> : null}
        </Fact>
      </dl>
    </Card>
  )
}

function Place({ address }: { address: string }) {
  const country = countryOf(address)
  return (
    <p className="wrap-anywhere text-muted-foreground">
      from <Code>{address}</Code>
      {country ? `, ${countryName(country)}` : null}
    </p>
  )
}

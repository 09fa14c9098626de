import type { ReactNode } from "react"
import { CopyButton } from "@/components/copy-button"
import { formatDateTime } from "@/components/format-time"
import { Timestamp } from "@/components/timestamp"
import { Card, CardHeader, CardTitle } from "@/components/ui/card"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { countryOf } from "@/lib/network/country"

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

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="mb-0.5 text-[0.8125rem] text-muted-foreground">{term}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Code({ children }: { children: ReactNode }) {
  return <code className="wrap-anywhere font-mono text-[0.8125rem]">{children}</code>
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

/** On the server only, so that no browser needs to know the same names. */
function countryName(code: string): string {
  return new Intl.DisplayNames("en", { type: "region" }).of(code) ?? code
}

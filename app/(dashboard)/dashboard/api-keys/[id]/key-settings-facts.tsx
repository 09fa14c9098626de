import { formatDateTime } from "@/components/format-time"
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { Code, Fact } from "./fact"

type KeySettingsFactsProps = { apiKey: ApiKeyView; defaultRateLimit: number }

/** The settings for those who cannot change them, or of a key that nobody can change any more. */
export function KeySettingsFacts({ apiKey, defaultRateLimit }: KeySettingsFactsProps) {
  const { scopes, expiresAt, rateLimitPerMinute, allowedCidrs, revokedAt } = apiKey
  return (
    <Card aria-labelledby="key-settings-title">
      <CardHeader>
        <CardTitle id="key-settings-title">Settings</CardTitle>
        <CardDescription>
          {revokedAt ? "As they were when it was revoked." : "An owner or admin can change them."}
        </CardDescription>
      </CardHeader>
      <dl className="grid gap-4 p-5 text-sm sm:grid-cols-2">
        <Fact term="Scopes">
          <List items={scopes} none="None: it can only say who it is" />
        </Fact>
        <Fact term="Expires">{expiresAt ? formatDateTime(expiresAt) : "Never"}</Fact>
        <Fact term="Requests per minute">{rateLimitPerMinute ?? `${defaultRateLimit}, the default`}</Fact>
        <Fact term="Allowed addresses">
          <List items={allowedCidrs} none="Every address" />
        </Fact>
      </dl>
    </Card>
  )
}

function List({ items, none }: { items: string[]; none: string }) {
  if (items.length === 0) return none
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>
          <Code>{item}</Code>
        </li>
      ))}
    </ul>
  )
}

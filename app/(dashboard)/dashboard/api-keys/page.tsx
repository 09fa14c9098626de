import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { Pager } from "@/components/pager"
import { listApiKeys } from "@/lib/api-keys/api-keys"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { scopes } from "@/lib/auth/scopes"
import { env } from "@/lib/env"
import { ApiKeyTable } from "./api-key-table"
import { CreateKeyButton, CreateKeyDialog } from "./create-key-dialog"
import { NoKeys, NoMatch } from "./empty-keys"
import { ListFilters } from "./list-filters"
import { listParams, listQueryFrom } from "./list-query"
import { PostureSummary } from "./posture/posture-summary"

export const metadata: Metadata = { title: "API keys" }

export default async function ApiKeysPage({ searchParams }: PageProps<"/dashboard/api-keys">) {
  const caller = await requireUser()
  const query = listQueryFrom(await searchParams)
  const { items, nextCursor } = await listApiKeys(caller, query)
  const mayWrite = can(caller, "api_keys:write")
  const { APP_URL: appUrl, RATE_LIMIT_DEFAULT_PER_MINUTE: defaultRateLimit } = env()
  const { q, status, sort, cursor } = query
  const hasNone = items.length === 0 && !q && !status && !cursor
  return (
    <CreateKeyDialog
      appUrl={appUrl}
      scopes={scopes.filter((scope) => can(caller, scope))}
      defaultRateLimit={defaultRateLimit}
    >
      <PageHeader
        title="API keys"
        description="Programs call the API with a key, as this organization. Give each program a key of its own, so that one can be revoked without stopping the others."
        actions={mayWrite && !hasNone ? <CreateKeyButton /> : null}
      />
      {hasNone ? <NoKeys mayWrite={mayWrite} appUrl={appUrl} /> : <ListFilters query={query} />}
      {items.length > 0 ? (
        <ApiKeyTable
          keys={items}
          mayWrite={mayWrite}
          now={new Date()}
          appUrl={appUrl}
          defaultRateLimit={defaultRateLimit}
        />
      ) : null}
      {items.length === 0 && !hasNone ? <NoMatch isLaterPage={!q && !status} /> : null}
      <Pager
        path="/dashboard/api-keys"
        query={listParams({ q, status, sort, cursor: undefined })}
        cursor={cursor}
        nextCursor={nextCursor}
      />
      {hasNone ? null : <PostureSummary caller={caller} />}
    </CreateKeyDialog>
  )
}

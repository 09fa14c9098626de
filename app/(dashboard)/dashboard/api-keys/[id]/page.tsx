import type { Metadata } from "next"
import { notFound } from "next/navigation"
import { cache } from "react"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { requireApiKey } from "@/lib/api-keys/api-keys"
import { apiKeyIdSchema } from "@/lib/api-keys/api-keys.schema"
import { type Caller, requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { scopes } from "@/lib/auth/scopes"
import { env } from "@/lib/env"
import { isAppError } from "@/lib/errors"
import { KeyFacts } from "./key-facts"
import { KeyHeader } from "./key-header"
import { KeySettings } from "./key-settings"
import { KeySettingsFacts } from "./key-settings-facts"
import { KeyState } from "./key-state"
import { Overlap } from "./overlap"
import { FindingsSection } from "./usage-findings-section"
import { LeakSection } from "./usage-leak-section"
import { UsageSection } from "./usage-section"

type KeyPageProps = PageProps<"/dashboard/api-keys/[id]">

export async function generateMetadata({ params }: KeyPageProps): Promise<Metadata> {
  const { name } = await readKey(await requireUser(), (await params).id)
  return { title: `${name} · API keys` }
}

export default async function KeyPage({ params, searchParams }: KeyPageProps) {
  const caller = await requireUser()
  const key = await readKey(caller, (await params).id)
  const mayWrite = can(caller, "api_keys:write")
  const { APP_URL: appUrl, RATE_LIMIT_DEFAULT_PER_MINUTE: defaultRateLimit } = env()
  const now = new Date()
  return (
    <>
      <KeyHeader apiKey={key} appUrl={appUrl} mayWrite={mayWrite} />
      <div className="grid grid-cols-1 gap-6">
        <KeyState apiKey={key} mayWrite={mayWrite} now={now} />
        {key.leaked ? <LeakSection caller={caller} keyId={key.id} /> : null}
        <Overlap apiKey={key} mayWrite={mayWrite} now={now} />
        <FindingsSection caller={caller} keyId={key.id} mayWrite={mayWrite} />
        <UsageSection caller={caller} keyId={key.id} range={(await searchParams).range} />
        <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
          {mayWrite && !key.revokedAt ? (
            <KeySettings
              apiKey={key}
              scopes={scopes.filter((scope) => can(caller, scope) || key.scopes.includes(scope))}
              defaultRateLimit={defaultRateLimit}
            />
          ) : (
            <KeySettingsFacts apiKey={key} defaultRateLimit={defaultRateLimit} />
          )}
          <KeyFacts apiKey={key} now={now} />
        </div>
      </div>
    </>
  )
}

/** One read for title and page. What is no key of this organization is not found, whatever is wrong with it. */
const readKey = cache(async (caller: Caller, id: string): Promise<ApiKeyView> => {
  const { data: which } = apiKeyIdSchema.safeParse({ id })
  if (!which) notFound()
  try {
    return await requireApiKey(caller, which)
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") notFound()
    throw error
  }
})

import { KeyRound } from "lucide-react"
import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { Pager } from "@/components/pager"
import { Empty } from "@/components/ui/empty"
import { listApiKeys } from "@/lib/api-keys/api-keys"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { env } from "@/lib/env"
import { cursorFrom } from "../cursor-from"
import { ApiKeyTable } from "./api-key-table"
import { CreateKeyButton, CreateKeyDialog } from "./create-key-dialog"

export const metadata: Metadata = { title: "API keys" }

export default async function ApiKeysPage({ searchParams }: PageProps<"/dashboard/api-keys">) {
  const caller = await requireUser()
  const cursor = cursorFrom(await searchParams)
  const { items, nextCursor } = await listApiKeys(caller, { cursor })
  const mayWrite = can(caller, "api_keys:write")
  const isEmpty = items.length === 0
  return (
    <CreateKeyDialog appUrl={env().APP_URL}>
      <PageHeader
        title="API keys"
        description="Programs call the API with a key, as this organization. Give each program a key of its own, so that one can be revoked without stopping the others."
        actions={mayWrite && !isEmpty ? <CreateKeyButton /> : null}
      />
      {isEmpty ? (
        <Empty
          icon={<KeyRound aria-hidden />}
          title={cursor ? "No more keys" : "No keys yet"}
          actions={mayWrite && !cursor ? <CreateKeyButton /> : null}
        >
          {mayWrite
            ? "Create the first one, name it after the program that will use it, and put it where that program keeps its secrets."
            : "An owner or admin of the organization can create them. You will see them here."}
        </Empty>
      ) : (
        <ApiKeyTable keys={items} mayWrite={mayWrite} now={new Date()} />
      )}
      <Pager path="/dashboard/api-keys" cursor={cursor} nextCursor={nextCursor} />
    </CreateKeyDialog>
  )
}

import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { getPosture } from "@/lib/api-keys/posture"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { env } from "@/lib/env"
import { AllKeysLink } from "../all-keys-link"
import { PostureBoard } from "./posture-board"

export const metadata: Metadata = { title: "Posture · API keys" }

export default async function PosturePage() {
  const caller = await requireUser()
  return (
    <>
      <AllKeysLink className="mb-3" />
      <PageHeader
        title="Posture"
        description="Where active keys could be held tighter, so that a stolen one is worth less."
      />
      <PostureBoard
        posture={await getPosture(caller)}
        defaultRateLimit={env().RATE_LIMIT_DEFAULT_PER_MINUTE}
        mayWrite={can(caller, "api_keys:write")}
        now={new Date()}
      />
    </>
  )
}

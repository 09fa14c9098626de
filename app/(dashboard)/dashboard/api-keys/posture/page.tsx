import { ArrowLeft } from "lucide-react"
import type { Metadata } from "next"
import Link from "next/link"
import { PageHeader } from "@/components/page-header"
import { getPosture } from "@/lib/api-keys/posture"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { env } from "@/lib/env"
import { PostureBoard } from "./posture-board"

export const metadata: Metadata = { title: "Posture · API keys" }

export default async function PosturePage() {
  const caller = await requireUser()
  return (
    <>
      <Link
        href="/dashboard/api-keys"
        className="focus-ring mb-3 inline-flex items-center gap-1.5 rounded-sm text-muted-foreground text-sm hover:text-foreground"
      >
        <ArrowLeft aria-hidden className="size-4" />
        All keys
      </Link>
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

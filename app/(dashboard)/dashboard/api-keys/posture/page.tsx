import { ShieldCheck } from "lucide-react"
import type { Metadata } from "next"
import { PageHeader } from "@/components/page-header"
import { Empty } from "@/components/ui/empty"
import { getPosture } from "@/lib/api-keys/posture"
import { requireUser } from "@/lib/auth/caller"
import { can } from "@/lib/auth/permissions"
import { PostureGroup } from "./posture-group"

export const metadata: Metadata = { title: "Posture · API keys" }

export default async function PosturePage() {
  const caller = await requireUser()
  const { neverExpires, withoutLimit, unused, broaderThanUsed } = await getPosture(caller)
  const common = { mayWrite: can(caller, "api_keys:write"), now: new Date() }
  const isGood = [neverExpires, withoutLimit, unused, broaderThanUsed].every((keys) => keys.length === 0)
  return (
    <>
      <PageHeader
        title="Posture"
        description="Where keys could be held tighter, so that a stolen one is worth less."
      />
      {isGood ? (
        <Empty icon={<ShieldCheck aria-hidden />} title="Nothing to hold tighter" actions={null}>
          Every active key expires, has a limit of its own, is in use, and may do no more than it does.
        </Empty>
      ) : (
        <div className="grid grid-cols-1 gap-6">
          <PostureGroup
            title="Unused for 90 days"
            why="Nobody would miss them, and nobody would notice that one is stolen."
            keys={unused}
            change={{ name: "revoke", label: "Revoke", isDestructive: true }}
            {...common}
          />
          <PostureGroup
            title="Never expire"
            why="A key that was copied somewhere years ago still works."
            keys={neverExpires}
            change={{ name: "expire_in_90_days", label: "Let expire in 90 days" }}
            {...common}
          />
          <PostureGroup
            title="No limit of their own"
            why="A stolen key may make as many requests as the default for all allows."
            keys={withoutLimit}
            change={{ name: "limit_to_default", label: "Set the present default" }}
            {...common}
          />
          <PostureGroup
            title="Broader than used"
            why="They hold scopes that no request needed in the last 90 days."
            keys={broaderThanUsed}
            change={{ name: "narrow_to_used", label: "Narrow to what is used" }}
            {...common}
          />
        </div>
      )}
    </>
  )
}

import { ShieldAlert } from "lucide-react"
import Link from "next/link"
import { getPosture } from "@/lib/api-keys/posture"
import type { Caller } from "@/lib/auth/caller"

/** One line on what could be safer, where something could. */
export async function PostureSummary({ caller }: { caller: Caller }) {
  const { neverExpires, withoutLimit, unused, broaderThanUsed } = await getPosture(caller)
  const parts = [
    unused.length > 0 ? `${unused.length} unused for 90 days` : null,
    neverExpires.length > 0 ? `${neverExpires.length} never expire` : null,
    withoutLimit.length > 0 ? `${withoutLimit.length} without a limit` : null,
    broaderThanUsed.length > 0 ? `${broaderThanUsed.length} broader than used` : null,
  ].filter((part) => part !== null)
  if (parts.length === 0) return null
  return (
    <p className="mt-6 flex flex-wrap items-center gap-x-2 gap-y-1 text-muted-foreground text-sm">
      <ShieldAlert aria-hidden className="size-4 shrink-0" />
      {parts.join(" · ")}
      <Link
        href="/dashboard/api-keys/posture"
        className="focus-ring rounded-sm font-medium text-foreground underline underline-offset-4"
      >
        Review
      </Link>
    </p>
  )
}

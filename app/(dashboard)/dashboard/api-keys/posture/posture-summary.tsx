import { ArrowRight, ShieldAlert } from "lucide-react"
import Link from "next/link"
import { getPosture } from "@/lib/api-keys/posture"
import type { Caller } from "@/lib/auth/caller"
import { countOfKeys } from "./posture-faults"

/** One line on what could be held tighter, where something could. */
export async function PostureSummary({ caller }: { caller: Caller }) {
  const { neverExpires, withoutLimit, unused, broaderThanUsed } = await getPosture(caller)
  const parts = [
    [unused.length, "unused for 90 days"],
    [broaderThanUsed.length, "broader than used"],
    [neverExpires.length, "without an expiry"],
    [withoutLimit.length, "without a limit of its own"],
  ].filter(([count]) => count !== 0)
  const [first, ...others] = parts
  if (!first) return null
  return (
    <p className="mt-6 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-muted-foreground text-sm">
      <ShieldAlert aria-hidden className="size-4 shrink-0" />
      <span>
        {[
          `${countOfKeys(Number(first[0]))} ${first[1]}`,
          ...others.map(([count, words]) => `${count} ${words}`),
        ].join(" · ")}
      </span>
      <Link
        href="/dashboard/api-keys/posture"
        className="focus-ring inline-flex items-center gap-1 rounded-sm font-medium text-foreground underline-offset-4 hover:underline"
      >
        Review
        <ArrowRight aria-hidden className="size-3.5" />
      </Link>
    </p>
  )
}

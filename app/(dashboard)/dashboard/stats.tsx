import { ArrowRight } from "lucide-react"
import type { Route } from "next"
import Link from "next/link"
import { Card } from "@/components/ui/card"

type StatsProps = { activeKeys: number; members: number; sessions: number }

export function Stats({ activeKeys, members, sessions }: StatsProps) {
  return (
    <dl className="grid grid-cols-1 gap-3 min-[480px]:grid-cols-3 sm:gap-4">
      <Stat label="Active keys" value={activeKeys} href="/dashboard/api-keys" action="Manage keys" />
      <Stat label="Members" value={members} href="/dashboard/team" action="See members" />
      <Stat label="Your browsers" value={sessions} href="/dashboard/security" action="Review sign-ins" />
    </dl>
  )
}

type StatProps = { label: string; value: number; href: Route; action: string }

function Stat({ label, value, href, action }: StatProps) {
  return (
    <Card className="relative flex items-baseline justify-between gap-2 p-4 transition-colors hover:border-input min-[480px]:block sm:p-5">
      <dt className="text-muted-foreground text-sm">{label}</dt>
      <dd className="min-[480px]:mt-1">
        <span className="font-semibold text-2xl tabular-nums tracking-tight sm:text-[1.75rem]">{value}</span>
        <Link
          href={href}
          className="focus-ring mt-2 hidden items-center gap-1 rounded-sm text-[0.8125rem] text-muted-foreground after:absolute after:inset-0 hover:text-foreground min-[480px]:flex"
        >
          {action}
          <ArrowRight aria-hidden className="size-3.5" />
        </Link>
      </dd>
    </Card>
  )
}

import { ArrowRight } from "lucide-react"
import type { Route } from "next"
import Link from "next/link"
import { Card } from "@/components/ui/card"

type StatsProps = { activeKeys: number; members: number; sessions: number }

export function Stats({ activeKeys, members, sessions }: StatsProps) {
  return (
    <ul className="grid gap-3 sm:grid-cols-3 sm:gap-4">
      <Stat label="Active keys" value={activeKeys} href="/dashboard/api-keys" />
      <Stat label="Members" value={members} href="/dashboard/team" />
      <Stat label="Your sign-ins" value={sessions} href="/dashboard/security" />
    </ul>
  )
}

function Stat({ label, value, href }: { label: string; value: number; href: Route }) {
  return (
    <li>
      <Card className="group relative flex flex-row-reverse items-center justify-between gap-4 px-5 py-4 transition-colors hover:border-input sm:block">
        <p className="font-semibold text-2xl tabular-nums tracking-tight sm:text-[1.75rem]">{value}</p>
        <Link
          href={href}
          className="focus-ring flex items-center justify-between gap-2 rounded-sm text-muted-foreground text-sm after:absolute after:inset-0 after:rounded-xl"
        >
          {label}
          <ArrowRight
            aria-hidden
            className="hidden size-4 opacity-0 transition-opacity group-hover:opacity-100 sm:block"
          />
        </Link>
      </Card>
    </li>
  )
}

import { ArrowRight } from "lucide-react"
import Link from "next/link"
import { actionWords, actorName, detailWords } from "@/components/audit-words"
import { Timestamp } from "@/components/timestamp"
import { Button } from "@/components/ui/button"
import { Card, CardTitle } from "@/components/ui/card"
import type { AuditEventView } from "@/lib/audit/audit-log"

export function RecentEvents({ events, now }: { events: AuditEventView[]; now: Date }) {
  return (
    <Card>
      <div className="flex items-center justify-between gap-4 py-3 pr-3 pl-5">
        <CardTitle>What happened lately</CardTitle>
        <Button asChild variant="ghost" size="sm">
          <Link href="/dashboard/audit-log">
            See all
            <ArrowRight aria-hidden />
          </Link>
        </Button>
      </div>
      {events.length === 0 ? (
        <p className="border-t px-5 py-6 text-muted-foreground text-sm">
          Nothing yet. Sign-ins, new keys and revocations will appear here.
        </p>
      ) : (
        <ul className="divide-y border-t">
          {events.map((event) => (
            <li key={event.id} className="flex items-baseline justify-between gap-4 px-5 py-3 text-sm">
              <span className="wrap-anywhere min-w-0 sm:truncate">
                <span className="font-medium">{actionWords(event.action)}</span>
                <span className="text-muted-foreground">
                  {" "}
                  by {[actorName(event.actor), detailWords(event)].filter(Boolean).join(" · ")}
                </span>
              </span>
              <Timestamp
                date={event.createdAt}
                now={now}
                className="shrink-0 text-[0.8125rem] text-muted-foreground"
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

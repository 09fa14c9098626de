import { Siren } from "lucide-react"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Card } from "@/components/ui/card"
import type { Caller } from "@/lib/auth/caller"
import { env } from "@/lib/env"
import { type FindingView, listFindings } from "@/lib/watchman/findings"
import { FindingAnswers } from "./usage-finding-answers"

type FindingsSectionProps = { caller: Caller; keyId: string; mayWrite: boolean }

/** Unusual uses of the key: those that wait for an answer, and what was said to the others. */
export async function FindingsSection({ caller, keyId, mayWrite }: FindingsSectionProps) {
  const [{ items }, now] = [await listFindings(caller, { apiKeyId: keyId, limit: 50 }), new Date()]
  const open = items.filter(({ answer }) => answer === null)
  const answered = items.filter(({ answer }) => answer !== null)
  if (items.length === 0) return null
  return (
    <section aria-labelledby="findings-title" className="grid grid-cols-1 gap-3">
      <h2 id="findings-title" className="font-semibold text-[0.9375rem] tracking-tight">
        Unusual use
      </h2>
      {open.map((finding) => (
        <OpenFinding key={finding.id} finding={finding} now={now} mayWrite={mayWrite} />
      ))}
      {answered.length > 0 ? <AnsweredFindings findings={answered} now={now} /> : null}
    </section>
  )
}

const severityVariant = { notice: "neutral", warning: "warning", critical: "destructive" } as const

function OpenFinding({ finding, now, mayWrite }: { finding: FindingView; now: Date; mayWrite: boolean }) {
  const { id, severity, headline, details, lastSeenAt, suspendedKey } = finding
  return (
    <Card className="grid grid-cols-1 gap-3 p-5" aria-label={headline}>
      <div className="flex items-start gap-3">
        <Siren aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
        <div className="min-w-0 flex-1">
          <p className="font-medium text-sm">{headline}</p>
          <p className="mt-0.5 text-[0.8125rem] text-muted-foreground">
            Last seen <Timestamp date={lastSeenAt} now={now} />
            {suspendedKey ? ". The key was suspended because of it." : null}
          </p>
        </div>
        <Badge variant={severityVariant[severity]} className="capitalize">
          {severity}
        </Badge>
      </div>
      <ul className="list-disc pl-11 text-muted-foreground text-sm">
        {details.map((line) => (
          <li key={line} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
      {mayWrite ? (
        <FindingAnswers
          findingId={id}
          keyName={finding.apiKeyName}
          limit={finding.suggestedLimitPerMinute}
          appUrl={env().APP_URL}
        />
      ) : null}
    </Card>
  )
}

const answerWords = {
  it_was_us: "It was us",
  limit: "Limited",
  suspend: "Suspended",
  revoke_and_rotate: "Revoked and rotated",
} as const

function AnsweredFindings({ findings, now }: { findings: FindingView[]; now: Date }) {
  return (
    <details className="rounded-xl border bg-card px-5 py-3 text-sm shadow-xs">
      <summary className="focus-ring cursor-pointer rounded-sm text-muted-foreground">
        {findings.length} answered before
      </summary>
      <ul className="mt-3 divide-y border-t">
        {findings.map(({ id, headline, answer, answeredBy, answeredAt }) => (
          <li key={id} className="grid gap-0.5 py-3">
            <span>{headline}</span>
            <span className="text-[0.8125rem] text-muted-foreground">
              {answer ? answerWords[answer] : null} · {answeredBy?.name ?? "a former member"}
              {answeredAt ? (
                <>
                  {" "}
                  · <Timestamp date={answeredAt} now={now} />
                </>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

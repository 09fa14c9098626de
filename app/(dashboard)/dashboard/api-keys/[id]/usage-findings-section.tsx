import { Siren } from "lucide-react"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Card } from "@/components/ui/card"
import { SectionTitle } from "@/components/ui/section-title"
import type { Caller } from "@/lib/auth/caller"
import { env } from "@/lib/env"
import { type FindingView, listFindings } from "@/lib/watchman/findings"
import { countryName } from "./country-name"
import { FindingAnswers } from "./usage-finding-answers"
import { FINDINGS_HEADING } from "./usage-findings-heading"

type FindingsSectionProps = { caller: Caller; keyId: string; mayWrite: boolean }

/** Unusual uses of the key: those that wait for an answer, and what was said to the others. */
export async function FindingsSection({ caller, keyId, mayWrite }: FindingsSectionProps) {
  const [{ items }, now] = [await listFindings(caller, { apiKeyId: keyId, limit: 50 }), new Date()]
  const open = items.filter(({ answer }) => answer === null)
  const answered = items.filter(({ answer }) => answer !== null)
  if (items.length === 0) return null
  return (
    <section aria-labelledby={FINDINGS_HEADING} className="grid grid-cols-1 gap-3">
      <SectionTitle id={FINDINGS_HEADING} tabIndex={-1} className="outline-none">
        Unusual use
      </SectionTitle>
      {open.map((finding) => (
        <OpenFinding key={finding.id} finding={finding} now={now} mayWrite={mayWrite} />
      ))}
      {answered.length > 0 ? <AnsweredFindings findings={answered} now={now} /> : null}
    </section>
  )
}

const severityVariant = { notice: "neutral", warning: "warning", critical: "destructive" } as const
const severityColor = {
  notice: "text-muted-foreground",
  warning: "text-warning",
  critical: "text-destructive",
} as const

function OpenFinding({ finding, now, mayWrite }: { finding: FindingView; now: Date; mayWrite: boolean }) {
  const { id, severity, headline, details, foundAt, lastSeenAt, suspendedKey } = finding
  return (
    <Card
      aria-labelledby={`finding-${id}`}
      className={severity === "critical" ? "border-destructive/40" : undefined}
    >
      <div className="flex items-start gap-3 p-5">
        <Siren aria-hidden className={`mt-0.5 size-4 shrink-0 ${severityColor[severity]}`} />
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
            <h3 id={`finding-${id}`} className="min-w-0 font-medium text-sm">
              {headline}
            </h3>
            <Badge variant={severityVariant[severity]} className="capitalize">
              {severity}
            </Badge>
          </div>
          <p className="mt-1 text-[0.8125rem] text-muted-foreground">
            Noticed <Timestamp date={foundAt} now={now} />, last seen{" "}
            <Timestamp date={lastSeenAt} now={now} />.
            {suspendedKey ? " The key was suspended because of it." : null}
          </p>
          <ul className="mt-3 grid gap-1 text-[0.8125rem]">
            {details.map((line) => (
              <Detail key={line} line={line} />
            ))}
          </ul>
        </div>
      </div>
      {mayWrite ? (
        <div className="rounded-b-xl border-t bg-muted/50 px-5 py-3 sm:pl-12">
          <FindingAnswers
            findingId={id}
            keyName={finding.apiKeyName}
            limit={finding.suggestedLimitPerMinute}
            appUrl={env().APP_URL}
          />
        </div>
      ) : null}
    </Card>
  )
}

/** "Countries: BR, VN" with their names, and its own name set off. */
function Detail({ line }: { line: string }) {
  const [label = "", ...rest] = line.split(": ")
  const value = rest.join(": ")
  const isCountries = label.startsWith("Countries")
  return (
    <li className="wrap-anywhere">
      <span className="text-muted-foreground">{label}:</span>{" "}
      {isCountries ? value.split(", ").map(countryName).join(", ") : value}
    </li>
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

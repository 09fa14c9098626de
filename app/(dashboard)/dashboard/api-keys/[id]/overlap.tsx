"use client"

import { useActionState } from "react"
import { FormError } from "@/components/form-error"
import { formatDateTime, formatRelative } from "@/components/format-time"
import { useStepUp } from "@/components/step-up"
import { SubmitButton } from "@/components/submit-button"
import { Card, CardTitle } from "@/components/ui/card"
import type { ApiKeyView } from "@/lib/api-keys/api-key-view"
import { endOverlapAction } from "../actions"

type OverlapProps = { apiKey: ApiKeyView; mayWrite: boolean; now: Date }

/** The secrets that a rotation replaced and that still work: whether anybody needs them, and how to end them. */
export function Overlap({ apiKey: { id, previousSecrets, lastFour }, mayWrite, now }: OverlapProps) {
  const withStepUp = useStepUp()
  const [result, submit] = useActionState(withStepUp(endOverlapAction), null)
  if (previousSecrets.length === 0) return null
  const several = previousSecrets.length > 1
  return (
    <Card aria-labelledby="overlap-title" className="p-5">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <CardTitle id="overlap-title">
            {several ? "Earlier secrets still work" : "The old secret still works"}
          </CardTitle>
          <p className="mt-1 text-muted-foreground text-sm">
            Once every program has the new one, <Secret lastFour={lastFour} />, nobody uses{" "}
            {several ? "these" : "the old one"} any more. Then end the overlap.
          </p>
        </div>
        {mayWrite ? (
          <form action={submit}>
            <input type="hidden" name="id" value={id} />
            <SubmitButton variant="outline">End overlap</SubmitButton>
          </form>
        ) : null}
      </div>
      <FormError result={result} />
      <ul className="mt-4 divide-y border-t">
        {previousSecrets.map((secret) => (
          <li
            key={secret.endsAt.getTime() + secret.lastFour}
            className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-3 text-sm last:pb-0"
          >
            <span>
              Old secret <Secret lastFour={secret.lastFour} /> <LastUse at={secret.lastUsedAt} now={now} />
            </span>
            <span className="text-muted-foreground">
              works until {formatDateTime(secret.endsAt)}, {formatRelative(secret.endsAt, now)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Secret({ lastFour }: { lastFour: string }) {
  return <code className="font-mono text-[0.8125rem]">…{lastFour}</code>
}

function LastUse({ at, now }: { at: Date | null; now: Date }) {
  if (!at) return <span className="text-success">not used since the rotation</span>
  return <span className="text-warning">last used {formatRelative(at, now)}</span>
}

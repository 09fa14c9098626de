import Link from "next/link"
import { Timestamp } from "@/components/timestamp"
import { Badge } from "@/components/ui/badge"
import { Checkbox } from "@/components/ui/checkbox"
import type { PostureKey } from "@/lib/api-keys/posture"

export type ShownKey = PostureKey & { unusedScopes?: string[] }

type PostureRowProps = {
  apiKey: ShownKey
  now: Date
  /** Null for who may look only. */
  choice: { isChosen: boolean; onChoose: (isChosen: boolean) => void } | null
}

export function PostureRow({ apiKey, now, choice }: PostureRowProps) {
  const { id, name, lastFour, createdAt, lastUsedAt, unusedScopes } = apiKey
  return (
    <li className="flex items-start gap-3 px-5 py-3 text-sm">
      {choice ? (
        <Checkbox
          aria-label={`Select ${name}`}
          className="mt-0.5"
          checked={choice.isChosen}
          onChange={(event) => choice.onChoose(event.target.checked)}
        />
      ) : null}
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
        <span className="flex min-w-0 items-baseline gap-2.5">
          <Link
            href={`/dashboard/api-keys/${id}`}
            className="focus-ring min-w-0 truncate rounded-sm font-medium hover:underline"
          >
            {name}
          </Link>
          <code className="shrink-0 font-mono text-muted-foreground text-xs">sk_…{lastFour}</code>
        </span>
        <span className="text-[0.8125rem] text-muted-foreground">
          {lastUsedAt ? "used " : "never used, made "}
          <Timestamp date={lastUsedAt ?? createdAt} now={now} />
        </span>
        {unusedScopes ? (
          <span className="flex w-full flex-wrap items-center gap-1.5 pt-1 text-[0.8125rem] text-muted-foreground">
            Not needed:
            {unusedScopes.map((scope) => (
              <Badge key={scope} variant="outline" className="font-mono font-normal">
                {scope}
              </Badge>
            ))}
          </span>
        ) : null}
      </div>
    </li>
  )
}

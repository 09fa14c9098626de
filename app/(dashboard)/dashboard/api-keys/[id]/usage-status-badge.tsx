import { Badge } from "@/components/ui/badge"
import type { ApiKeyOutcome } from "@/prisma/generated/enums"
import { outcomeWords } from "./outcome-words"

/** The status of an answer and, where the key itself was why, in which way. */
export function StatusBadge({ status, outcome }: { status: number; outcome: ApiKeyOutcome }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <Badge variant={variantOf(status)} className="tabular-nums">
        {status}
      </Badge>
      {outcome === "VALID" ? null : (
        <span className="text-muted-foreground text-xs">{outcomeWords[outcome]}</span>
      )}
    </span>
  )
}

function variantOf(status: number) {
  if (status >= 500) return "destructive"
  return status >= 400 ? "warning" : "success"
}

import { recordCallerAudit } from "../audit/audit-log"
import type { Caller } from "../auth/caller"
import { db } from "../db"
import { defer } from "../defer"
import { isAppError } from "../errors"

/** Records, beside the response, that somebody we know tried what they may not. Other errors leave no row. */
export function recordDenial(error: unknown, caller: Caller | null, attempt: string): void {
  if (!caller || !isAppError(error) || error.code !== "forbidden") return
  defer(() =>
    recordCallerAudit(db(), caller, { action: "access.denied", details: { attempt: attempt.slice(0, 200) } }),
  )
}

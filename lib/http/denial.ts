import { recordCallerAudit } from "../audit/audit-log"
import type { Caller } from "../auth/caller"
import { db } from "../db"
import { defer } from "../defer"
import { isAppError } from "../errors"
import { countAttempt } from "../rate-limit/limit"

/**
 * Records, beside the response, that somebody we know tried what they may not; no more of them than who reads the log
 * needs. Other errors leave no row.
 */
export function recordDenial(error: unknown, caller: Caller | null, attempt: string): void {
  if (!caller || !isAppError(error) || error.code !== "forbidden") return
  defer(async () => {
    const subject = caller.type === "api_key" ? caller.keyId : caller.user.id
    if (!(await countAttempt("denial", subject)).consumption.allowed) return
    await recordCallerAudit(db(), caller, {
      action: "access.denied",
      details: { attempt: attempt.slice(0, 200) },
    })
  })
}

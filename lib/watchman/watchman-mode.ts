import type { WatchmanMode } from "@/prisma/generated/enums"
import { recordCallerAudit } from "../audit/audit-log"
import type { Caller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { requireStepUp } from "../auth/step-up"
import { db } from "../db"
import type { SetWatchmanModeInput } from "./watchman-mode.schema"

/** What the watchman does about critical findings of the caller's organization. Throws forbidden. */
export async function getWatchmanMode(caller: Caller): Promise<WatchmanMode> {
  requirePermission(caller, "api_keys:read")
  const { watchmanMode } = await db().organization.findUniqueOrThrow({
    where: { id: caller.organization.id },
    select: { watchmanMode: true },
  })
  return watchmanMode
}

/** Sets that, from the next round on; setting what is set already changes nothing. Throws forbidden. */
export async function setWatchmanMode(caller: Caller, { mode }: SetWatchmanModeInput): Promise<void> {
  requirePermission(caller, "organization:write")
  requireStepUp(caller)
  const { id } = caller.organization
  await db().$transaction(async (tx) => {
    const { count } = await tx.organization.updateMany({
      where: { id, watchmanMode: { not: mode } },
      data: { watchmanMode: mode },
    })
    if (count === 0) return
    await recordCallerAudit(tx, caller, {
      action: "organization.watchman_changed",
      targetId: id,
      details: { mode },
    })
  })
}

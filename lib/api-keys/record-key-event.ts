import type { Prisma } from "@/prisma/generated/client"
import { recordCallerAudit } from "../audit/audit-log"
import type { UserCaller } from "../auth/caller"
import type { Db } from "../db"
import { apiKeyMail } from "../mail/api-key-mails"
import { enqueueMailToAdmins } from "../mail/mail-queue"
import { countAttempt } from "../rate-limit/limit"
import type { ApiKeyView } from "./api-key-view"

/** What people do with a key. */
type KeyEvent =
  | "created"
  | "updated"
  | "rotated"
  | "overlap_ended"
  | "suspended"
  | "resumed"
  | "revoked"
  | "restored"

/** Of these the admins are told by mail, as far as its limit allows. */
const mailed = ["created", "rotated", "suspended", "resumed", "revoked", "restored"] as const

/**
 * Records what a person did with a key, and tells the admins of it, in the transaction that does it. Beyond the limit
 * of such mails it is recorded alone, as the last mail before has said.
 */
export async function recordKeyEvent(
  tx: Db,
  caller: UserCaller,
  key: ApiKeyView,
  event: KeyEvent,
  details: Prisma.InputJsonObject & { reason?: string | null } = {},
): Promise<void> {
  const { id, name, lastFour } = key
  const { reason, ...others } = details
  await recordCallerAudit(tx, caller, {
    action: `api_key.${event}`,
    targetId: id,
    details: { name, ...others, ...(reason ? { reason } : {}) },
  })
  const mail = mailed.find((one) => one === event)
  if (!mail) return
  const { consumption } = await countAttempt("key_event_mail", caller.organization.id)
  if (!consumption.allowed) return
  const content = apiKeyMail(mail, {
    organizationName: caller.organization.name,
    key: { id, name, lastFour },
    actor: caller.user.name ?? caller.user.email,
    reason: reason ?? null,
    from: caller.source,
    isLast: consumption.remaining === 0,
  })
  await enqueueMailToAdmins(tx, caller.organization.id, content)
}

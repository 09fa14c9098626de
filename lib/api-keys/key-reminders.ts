import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, days } from "../duration"
import { isDraining } from "../lifecycle"
import { expiryReminderMail, unusedReminderMail } from "../mail/api-key-mails"
import { enqueueMailToAdmins, type MailContent } from "../mail/mail-queue"

// What the admins are told of keys without having asked. A key is claimed by a conditional update in the transaction
// that queues the mail, so that of several instances one tells, and none has told without a mail.

const EXPIRY_ANNOUNCED = days(7)
const UNUSED_ANNOUNCED = days(14)
const BATCH_KEYS = 20
/** What is left waits for the next round. */
const BATCHES_MAX = 10

/**
 * Reminds the admins, once each, of keys that expire within a week (not of those made for less) and of keys that
 * nobody has used within two weeks. Keys that do not work are left alone. Returns how many keys it told of.
 */
export async function remindOfApiKeys(now = currentTime()): Promise<number> {
  return (await inBatches(remindOfExpiry, now)) + (await inBatches(remindOfUnused, now))
}

type Reminder = (tx: Db, now: Date) => Promise<number>

async function inBatches(remind: Reminder, now: Date): Promise<number> {
  let total = 0
  for (let batch = 0; batch < BATCHES_MAX && !isDraining(); batch++) {
    const count = await db().$transaction((tx) => remind(tx, now))
    total += count
    if (count < BATCH_KEYS) break
  }
  return total
}

type ClaimedKey = {
  id: string
  name: string
  lastFour: string
  organizationId: string
  organizationName: string
}

type ExpiringKey = ClaimedKey & { expiresAt: Date; lastUsedAt: Date | null }

async function remindOfExpiry(tx: Db, now: Date): Promise<number> {
  const keys = await tx.$queryRaw<ExpiringKey[]>`
    WITH due AS MATERIALIZED (
      SELECT key.id FROM api_keys key
      JOIN organizations organization ON organization.id = key.organization_id
      WHERE key.revoked_at IS NULL AND key.suspended_at IS NULL AND organization.disabled_at IS NULL
        AND key.expires_at > ${now} AND key.expires_at <= ${addDuration(now, EXPIRY_ANNOUNCED)}
        AND key.expires_at >= key.created_at + make_interval(secs => ${EXPIRY_ANNOUNCED / 1000}::int)
        AND key.expiry_reminded_for IS DISTINCT FROM key.expires_at
      ORDER BY key.expires_at LIMIT ${BATCH_KEYS} FOR UPDATE OF key SKIP LOCKED)
    UPDATE api_keys key SET expiry_reminded_for = key.expires_at
    FROM due, organizations organization
    WHERE key.id = due.id AND organization.id = key.organization_id
    RETURNING key.id, key.name, key.last_four AS "lastFour", key.organization_id AS "organizationId",
      organization.name AS "organizationName", key.expires_at AS "expiresAt", key.last_used_at AS "lastUsedAt"`
  await tell(tx, keys, (key) => expiryReminderMail({ ...key, key }))
  return keys.length
}

type UnusedKey = ClaimedKey & { createdAt: Date; createdBy: string }

async function remindOfUnused(tx: Db, now: Date): Promise<number> {
  const keys = await tx.$queryRaw<UnusedKey[]>`
    WITH due AS MATERIALIZED (
      SELECT key.id FROM api_keys key
      JOIN organizations organization ON organization.id = key.organization_id
      WHERE key.revoked_at IS NULL AND key.suspended_at IS NULL AND organization.disabled_at IS NULL
        AND (key.expires_at IS NULL OR key.expires_at > ${now})
        AND key.last_used_at IS NULL AND key.unused_reminded_at IS NULL
        AND key.created_at <= ${addDuration(now, -UNUSED_ANNOUNCED)}
      ORDER BY key.created_at LIMIT ${BATCH_KEYS} FOR UPDATE OF key SKIP LOCKED)
    UPDATE api_keys key SET unused_reminded_at = ${now}
    FROM due, organizations organization, users person
    WHERE key.id = due.id AND organization.id = key.organization_id AND person.id = key.created_by_id
    RETURNING key.id, key.name, key.last_four AS "lastFour", key.organization_id AS "organizationId",
      organization.name AS "organizationName", key.created_at AS "createdAt",
      coalesce(person.name, person.email) AS "createdBy"`
  await tell(tx, keys, (key) => unusedReminderMail({ ...key, key }))
  return keys.length
}

async function tell<Key extends ClaimedKey>(
  tx: Db,
  keys: readonly Key[],
  mailOf: (key: Key) => MailContent,
): Promise<void> {
  for (const key of keys) await enqueueMailToAdmins(tx, key.organizationId, mailOf(key))
}

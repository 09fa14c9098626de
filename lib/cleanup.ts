import { currentTime } from "./clock"
import { db } from "./db"
import { addDuration, days, hours, minutes, seconds } from "./duration"
import { env } from "./env"
import { log } from "./log"

// Rows that nobody needs any more leave in small batches, so that no request waits for a lock. Whoever runs this
// at the same time skips the rows that somebody else is removing. Oldest first: that is what the indexes hold.

const BATCH_ROWS = 500

/** How long a person can still read why a sign-in ended, after it would have expired. */
const SESSIONS_KEPT = days(30)
/** A code that is used again is noticed for so long. */
const CODES_KEPT = days(1)
const FLOWS_KEPT = hours(1)
/** The contract says a day; a retry may be under way. */
const IDEMPOTENCY_KEYS_KEPT = hours(25)
const SENT_MAILS_KEPT = days(7)
/** Also of those that wait where there is no mail server. */
const UNSENT_MAILS_KEPT = days(30)
/** Of the use of keys: as long as somebody looks at it so closely, and the watchman at the hours. */
const COUNTS_KEPT = { minute: days(14), hour: days(400), day: days(5 * 365) }
/** From then on it is as if the key had never been seen with it. */
const SIGHTINGS_KEPT = days(400)

/**
 * Removes what has expired, at most a batch of each kind, and returns how many rows that were. Used refresh
 * tokens stay as long as their sign-in, so that their reuse is noticed; only what they seal is erased. A kind that
 * cannot be removed is logged, and the others go on.
 */
export async function cleanUp(now = currentTime()): Promise<number> {
  let total = 0
  for (const [kind, remove] of Object.entries(removals))
    total += await remove(now).catch((error: unknown) => {
      log.warn({ err: error, kind }, "what has expired could not be removed")
      return 0
    })
  return total
}

/** In this order: a sign-in leaves after its tokens. */
const removals: Record<string, (now: Date) => Promise<number>> = {
  sealedSuccessors: (now) => {
    // Later than it must be: the retry itself is refused by the token's own time.
    const graceEnd = addDuration(now, -(seconds(env().REFRESH_GRACE_SECONDS) + minutes(1)))
    return db().$executeRaw`
      UPDATE refresh_tokens SET sealed_successor = NULL WHERE id IN (
        SELECT id FROM refresh_tokens WHERE sealed_successor IS NOT NULL AND used_at < ${graceEnd}
        ORDER BY used_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`
  },
  loginFlows: (now) => db().$executeRaw`
    DELETE FROM login_flows WHERE id IN (
      SELECT id FROM login_flows WHERE expires_at < ${addDuration(now, -FLOWS_KEPT)}
      ORDER BY expires_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  passkeyChallenges: (now) => db().$executeRaw`
    DELETE FROM passkey_challenges WHERE hash IN (
      SELECT hash FROM passkey_challenges WHERE expires_at < ${now}
      ORDER BY expires_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  mailedLinks: (now) => db().$executeRaw`
    DELETE FROM mailed_links WHERE token_hash IN (
      SELECT token_hash FROM mailed_links WHERE expires_at < ${now}
      ORDER BY expires_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  linkIntents: (now) => db().$executeRaw`
    DELETE FROM link_intents WHERE state_hash IN (
      SELECT state_hash FROM link_intents WHERE expires_at < ${addDuration(now, -FLOWS_KEPT)}
      ORDER BY expires_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  authorizationCodes: (now) => db().$executeRaw`
    DELETE FROM authorization_codes WHERE id IN (
      SELECT id FROM authorization_codes WHERE expires_at < ${addDuration(now, -CODES_KEPT)}
      ORDER BY expires_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  // The latest of a sign-in first: deleting a token takes its successors along, however many, in the same statement.
  refreshTokens: (now) => db().$executeRaw`
    DELETE FROM refresh_tokens WHERE id = ANY(ARRAY(
      SELECT token.id
      FROM (
        SELECT id FROM sessions session WHERE expires_at < ${addDuration(now, -SESSIONS_KEPT)}
          AND EXISTS (SELECT FROM refresh_tokens token WHERE token.session_id = session.id)
        ORDER BY expires_at LIMIT ${BATCH_ROWS}
      ) session
      CROSS JOIN LATERAL (
        SELECT id FROM refresh_tokens WHERE session_id = session.id
        ORDER BY id DESC LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED
      ) token
      LIMIT ${BATCH_ROWS}))`,
  sessions: (now) => db().$executeRaw`
    DELETE FROM sessions WHERE id IN (
      SELECT id FROM sessions session WHERE expires_at < ${addDuration(now, -SESSIONS_KEPT)}
        AND NOT EXISTS (SELECT FROM refresh_tokens token WHERE token.session_id = session.id)
      ORDER BY expires_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  idempotencyKeys: (now) => db().$executeRaw`
    DELETE FROM idempotency_keys WHERE (caller_id, key) IN (
      SELECT caller_id, key FROM idempotency_keys
      WHERE created_at < ${addDuration(now, -IDEMPOTENCY_KEYS_KEPT)}
      ORDER BY created_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  mails: (now) => db().$executeRaw`
    DELETE FROM mails WHERE id IN (
      SELECT id FROM mails WHERE created_at < ${addDuration(now, -SENT_MAILS_KEPT)}
        AND (sent_at IS NOT NULL OR created_at < ${addDuration(now, -UNSENT_MAILS_KEPT)})
      ORDER BY created_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
  minuteCounts: (now) => removeCounts("minute", now),
  hourCounts: (now) => removeCounts("hour", now),
  dayCounts: (now) => removeCounts("day", now),
  sightings: (now) => db().$executeRaw`
    DELETE FROM api_key_sightings WHERE (api_key_id, kind, value) IN (
      SELECT api_key_id, kind, value FROM api_key_sightings
      WHERE last_seen_at < ${addDuration(now, -SIGHTINGS_KEPT)}
      ORDER BY last_seen_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED)`,
}

/** By where they lie: nobody writes to such old ones, and their key is long. */
function removeCounts(resolution: keyof typeof COUNTS_KEPT, now: Date): Promise<number> {
  return db().$executeRaw`
    DELETE FROM api_key_usage WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM api_key_usage
      WHERE resolution = ${resolution}::usage_resolution
        AND start < ${addDuration(now, -COUNTS_KEPT[resolution])}
      ORDER BY start LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED))`
}

import { recordAudits, systemActor } from "../audit/audit-log"
import { hashToken } from "../auth/opaque-token"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import type { RequestSource } from "../http/request-context"
import { log } from "../log"
import { apiKeyLeakedMail, apiKeyMail } from "../mail/api-key-mails"
import { enqueueMailsToAdmins } from "../mail/mail-queue"
import { parseApiKey } from "./api-key-format"

// Keys that are in strangers' hands. Whoever reports one is not asked who they are or what they may: to hold the
// secret is enough. A key is claimed by a conditional update of `leaked`, so of many reports of it, at once or after
// each other, one is recorded and mailed. All statements take a list, so that a thousand reports cost about as much
// as one.

/** A secret that was found, and where, in the words of who found it. */
export type FoundSecret = { secret: string; url?: string | null }

/** Who says so: somebody who holds the secret, or GitHub, which found it in public. */
export type LeakReporter = "holder" | "github"

const REVOKED_AT_ONCE = 200

const reasons: Record<LeakReporter, string> = {
  holder: "Reported as leaked by its holder",
  github: "Found in public by GitHub secret scanning",
}

/**
 * Revokes for good every key of which one of the secrets works, tells its admins, and returns those of the secrets
 * that are, or once were, a key's. One that a rotation has replaced and that works no more ends nothing. Throws
 * unavailable; then some of the keys may be revoked, and the same call revokes the rest.
 */
export async function revokeLeakedKeys(
  source: RequestSource | null,
  found: readonly FoundSecret[],
  by: LeakReporter,
): Promise<Set<string>> {
  const reported = byHash(found)
  if (reported.size === 0) return new Set()
  const now = currentTime()
  const owned = await findSecrets([...reported.keys()])
  const urls = new Map<string, string | null>()
  for (const { hash, apiKeyId, endsAt } of owned) {
    if (endsAt && endsAt <= now)
      log.warn({ apiKeyId, by }, "a secret that works no more was reported as leaked")
    else urls.set(apiKeyId, reported.get(hash)?.url ?? urls.get(apiKeyId) ?? null)
  }
  const ids = [...urls.keys()].sort()
  for (let start = 0; start < ids.length; start += REVOKED_AT_ONCE) {
    const some = ids.slice(start, start + REVOKED_AT_ONCE)
    await db().$transaction(async (tx) => {
      const keys = await claimKeys(tx, some, { now, reason: reasons[by] })
      await recordLeaks(tx, source, keys, { by, urls })
    })
  }
  return new Set(owned.flatMap(({ hash }) => reported.get(hash)?.secret ?? []))
}

/** Those that are well formed, each once, with the first place where it was found. */
function byHash(found: readonly FoundSecret[]): Map<string, FoundSecret> {
  const keys = found.filter(({ secret }) => parseApiKey(secret))
  return new Map(keys.reverse().map((one) => [Buffer.from(hashToken(one.secret)).toString("hex"), one]))
}

type OwnedSecret = {
  hash: string
  apiKeyId: string
  /** Set for one that a rotation has replaced. */
  endsAt: Date | null
}

/** One statement however many there are, with the same look-ups for a secret that nobody knows. */
function findSecrets(hashes: readonly string[]): Promise<OwnedSecret[]> {
  return db().$queryRaw<OwnedSecret[]>`
    WITH reported AS (
      SELECT value AS hex, decode(value, 'hex') AS hash FROM jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb)
    )
    SELECT hex AS hash, key.id AS "apiKeyId", NULL AS "endsAt" FROM reported JOIN api_keys key USING (hash)
    UNION ALL
    SELECT hex, previous.api_key_id, previous.ends_at
    FROM reported JOIN previous_api_key_secrets previous USING (hash)`
}

type LeakedKey = {
  id: string
  name: string
  lastFour: string
  organizationId: string
  organizationName: string
  reason: string | null
}

/** Revokes those that are not known as leaked yet, and returns them. Locked in order, so that two calls cannot wait for each other. */
function claimKeys(
  tx: Db,
  ids: readonly string[],
  { now, reason }: { now: Date; reason: string },
): Promise<LeakedKey[]> {
  return tx.$queryRaw<LeakedKey[]>`
    WITH locked AS (
      SELECT id FROM api_keys WHERE id = ANY(${ids}) AND NOT leaked ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE api_keys key SET leaked = true, revoked_at = coalesce(key.revoked_at, ${now}),
      revoked_reason = CASE WHEN key.revoked_at IS NULL THEN ${reason} ELSE key.revoked_reason END
    FROM locked, organizations organization
    WHERE key.id = locked.id AND organization.id = key.organization_id
    RETURNING key.id, key.name, key.last_four AS "lastFour", key.organization_id AS "organizationId",
      organization.name AS "organizationName", key.revoked_reason AS reason`
}

type Leak = { by: LeakReporter; urls: ReadonlyMap<string, string | null> }

async function recordLeaks(
  tx: Db,
  source: RequestSource | null,
  keys: readonly LeakedKey[],
  { by, urls }: Leak,
): Promise<void> {
  if (keys.length === 0) return
  await recordAudits(
    tx,
    source,
    keys.map(({ id, name, organizationId }) => ({
      action: "api_key.revoked",
      organizationId,
      actor: systemActor,
      targetId: id,
      details: { name, leaked: true, source: by, reason: reasons[by], url: urls.get(id) ?? null },
    })),
  )
  await enqueueMailsToAdmins(
    tx,
    keys.map((key) => ({
      organizationId: key.organizationId,
      content: leakMail(key, source, { by, url: urls.get(key.id) ?? null }),
    })),
  )
}

function leakMail(
  { organizationName, ...key }: LeakedKey,
  source: RequestSource | null,
  { by, url }: { by: LeakReporter; url: string | null },
) {
  const facts = { organizationName, key, reason: reasons[by] }
  return by === "github"
    ? apiKeyLeakedMail({ ...facts, source: "GitHub secret scanning", url })
    : apiKeyMail("revoked", { ...facts, actor: "Somebody who holds its secret", from: source })
}

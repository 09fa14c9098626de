import type { Prisma } from "@/prisma/generated/client"
import type { FindingAnswer, WatchmanMode } from "@/prisma/generated/enums"
import { type ApiKeyView, lockApiKey } from "../api-keys/api-key-view"
import { recordAudit, systemActor } from "../audit/audit-log"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { addDuration, hours, minutes } from "../duration"
import { isDraining } from "../lifecycle"
import { log } from "../log"
import { findingMail } from "../mail/api-key-mails"
import { enqueueMailToAdmins } from "../mail/mail-queue"
import { listKeysInUse, loadActivities } from "./activity"
import { findingDetails } from "./finding-details"
import { type Finding, findingsOf, severityRank, WINDOW } from "./rules"

// The watchman looks at every key that was used in the last minutes, once a minute. What it finds is recorded, mailed
// to the admins unless it is a notice, and where the organization wants that, a critical finding suspends the key.
// While a finding is open nobody is told of the same again, except when it has become more serious.

const BATCH_KEYS = 50
/** Less than the minute after which the next round begins. */
const ROUND_MAX = minutes(0.9)
/** Whoever said "it was us" has said so for a day. */
const SILENT_AFTER_IT_WAS_US = hours(24)

/** What the reason of a suspension begins with when the watchman did it. */
export const SUSPENDED_BY_WATCHMAN = "The watchman suspended it: "

/**
 * One round. Returns how many findings are new, or more serious than before. Of several instances one works: the
 * others return at once. Two rounds at the same time would do no harm either, only work twice.
 */
export async function watchApiKeys(now = currentTime()): Promise<number> {
  return db().$transaction(
    async (lock) => {
      const [row] = await lock.$queryRaw<{ locked: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended('watchman', 0)) AS locked`
      return row?.locked ? watchAll(lock, now) : 0
    },
    { timeout: ROUND_MAX },
  )
}

/** Reads go over the connection that holds the lock; each key's findings are a transaction of their own. */
async function watchAll(lock: Db, now: Date): Promise<number> {
  let count = 0
  let after = ""
  const unread: string[] = []
  while (!isDraining()) {
    const ids = await listKeysInUse(lock, { now, after, limit: BATCH_KEYS })
    const last = ids.at(-1)
    if (last === undefined) break
    after = last
    count += await watchBatch(lock, ids, now).catch((error: unknown) => {
      log.warn({ err: error, keys: ids.length }, "the use of some keys could not be read together")
      unread.push(...ids)
      return 0
    })
  }
  // After all others, because each may take as long as a statement can: no key keeps the rest unwatched.
  for (const id of unread) {
    if (isDraining()) break
    count += await watchBatch(lock, [id], now).catch((error: unknown) => {
      log.warn({ err: error, apiKeyId: id }, "the use of a key could not be read")
      return 0
    })
  }
  return count
}

const watchedKey = {
  id: true,
  createdAt: true,
  organization: { select: { id: true, name: true, watchmanMode: true } },
} satisfies Prisma.ApiKeySelect
type WatchedKey = Prisma.ApiKeyGetPayload<{ select: typeof watchedKey }>

async function watchBatch(lock: Db, ids: string[], now: Date): Promise<number> {
  const { keys, activities } = await attempt(lock, async () => {
    const keys = await lock.apiKey.findMany({
      where: { id: { in: ids }, revokedAt: null },
      select: watchedKey,
    })
    return { keys, activities: await loadActivities(lock, keys, now) }
  })
  let count = 0
  for (const key of keys) {
    const activity = activities.get(key.id)
    const findings = activity ? findingsOf(activity) : []
    if (findings.length === 0) continue
    // One key that cannot be written leaves the others watched.
    count += await settle(key, findings, now).catch((error: unknown) => {
      log.warn({ err: error, apiKeyId: key.id }, "findings could not be recorded")
      return 0
    })
  }
  return count
}

/** A statement that fails would take the transaction along, and the lock with it. */
async function attempt<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await tx.$executeRaw`SAVEPOINT attempt`
  try {
    return await work()
  } catch (error) {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT attempt`
    throw error
  } finally {
    await tx.$executeRaw`RELEASE SAVEPOINT attempt`
  }
}

/** Records what was found of one key and does what follows from it. Returns how much of it is news. */
async function settle({ id, organization }: WatchedKey, findings: Finding[], now: Date): Promise<number> {
  return db().$transaction(async (tx) => {
    // Whoever answers a finding, or changes the key, holds the same row.
    const key = await lockApiKey(tx, { id, organizationId: organization.id }, now)
    if (key.revokedAt) return 0
    const news = await recordFindings(tx, { organizationId: organization.id, key, findings, now })
    const suspended = await suspendFor(tx, { organization, key, news, now })
    await mailNews(tx, { organization, key, news, suspended, at: now })
    return news.length
  })
}

type News = Finding & { id: string }
type Organization = { id: string; name: string; watchmanMode: WatchmanMode }

const pastFinding = {
  id: true,
  rule: true,
  severity: true,
  answer: true,
  answeredAt: true,
} satisfies Prisma.ApiKeyFindingSelect

/** Opens findings and keeps open ones up to date. Returns those that people do not know of yet. */
async function recordFindings(
  tx: Db,
  {
    organizationId,
    key,
    findings,
    now,
  }: { organizationId: string; key: ApiKeyView; findings: Finding[]; now: Date },
): Promise<News[]> {
  const since = addDuration(now, -SILENT_AFTER_IT_WAS_US)
  const past = await tx.apiKeyFinding.findMany({
    where: { apiKeyId: key.id, OR: [{ answeredAt: null }, { answeredAt: { gt: since } }] },
    select: pastFinding,
  })
  const news: News[] = []
  for (const finding of findings) {
    const ofRule = past.filter(({ rule }) => rule === finding.rule)
    if (ofRule.some((answered) => isSilencedBy(answered, now))) continue
    const { rule, severity } = finding
    const evidence = storedEvidence(finding)
    const open = ofRule.find(({ answeredAt }) => answeredAt === null)
    if (open) {
      const rise = severityRank(severity) - severityRank(open.severity)
      await tx.apiKeyFinding.update({
        where: { id: open.id },
        // What was worse stays on record.
        data: { lastSeenAt: now, ...(rise < 0 ? {} : { severity, evidence }) },
        select: { id: true },
      })
      if (rise <= 0) continue
      news.push({ ...finding, id: open.id })
    } else {
      const { id } = await tx.apiKeyFinding.create({
        data: { organizationId, apiKeyId: key.id, rule, severity, evidence, foundAt: now, lastSeenAt: now },
        select: { id: true },
      })
      news.push({ ...finding, id })
    }
    await recordAudit(tx, null, {
      action: "api_key.finding_opened",
      organizationId,
      actor: systemActor,
      targetId: key.id,
      details: {
        name: key.name,
        rule,
        severity,
        headline: finding.headline,
        ...(open ? { before: open.severity } : {}),
      },
    })
  }
  return news
}

function storedEvidence({ headline, evidence, suggestedLimitPerMinute }: Finding): Prisma.InputJsonObject {
  return { headline, ...evidence, ...(suggestedLimitPerMinute ? { suggestedLimitPerMinute } : {}) }
}

/** Whatever the answer was, what it was about is still in the window for a while. */
function isSilencedBy(
  { answer, answeredAt }: { answer: FindingAnswer | null; answeredAt: Date | null },
  now: Date,
): boolean {
  if (!answeredAt) return false
  const silence = answer === "it_was_us" ? SILENT_AFTER_IT_WAS_US : WINDOW
  return addDuration(answeredAt, silence) > now
}

type Consequence = { organization: Organization; key: ApiKeyView; news: News[] }

/** Suspends the key where the organization wants that and something critical is news. Returns whether it did. */
async function suspendFor(
  tx: Db,
  { organization, key, news, now }: Consequence & { now: Date },
): Promise<boolean> {
  const critical = news.filter(({ severity }) => severity === "critical")
  const [first] = critical
  if (!first || organization.watchmanMode !== "suspend") return false
  const reason = `${SUSPENDED_BY_WATCHMAN}${first.headline}`
  const { count } = await tx.apiKey.updateMany({
    where: { id: key.id, suspendedAt: null, revokedAt: null },
    data: { suspendedAt: now, suspendedReason: reason },
  })
  if (count === 0) return false
  await tx.apiKeyFinding.updateMany({
    where: { id: { in: critical.map(({ id }) => id) } },
    data: { suspendedKey: true },
  })
  await recordAudit(tx, null, {
    action: "api_key.suspended",
    organizationId: organization.id,
    actor: systemActor,
    targetId: key.id,
    details: { name: key.name, reason },
  })
  return true
}

/** One mail, however much there is to tell. Notices wait on the page of the key. */
async function mailNews(
  tx: Db,
  { organization, key, news, suspended, at }: Consequence & { suspended: boolean; at: Date },
): Promise<void> {
  const [first, ...others] = news.filter(({ severity }) => severity !== "notice")
  if (!first) return
  const content = findingMail({
    organizationName: organization.name,
    key: { id: key.id, name: key.name, lastFour: key.lastFour },
    rule: first.rule,
    headline: first.headline,
    details: [...findingDetails(first.evidence), ...others.map(({ headline }) => headline)],
    suspended,
    at,
  })
  await enqueueMailToAdmins(tx, organization.id, content)
}

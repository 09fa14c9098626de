import type { Prisma } from "@/prisma/generated/client"
import { rotateWithin } from "../api-keys/api-key-rotation"
import { resumeWithin, suspendWithin } from "../api-keys/api-key-suspension"
import { type ApiKeyView, lockApiKey, readApiKey } from "../api-keys/api-key-view"
import { updateWithin } from "../api-keys/api-keys"
import { recordCallerAudit } from "../audit/audit-log"
import type { Caller, UserCaller } from "../auth/caller"
import { requirePermission } from "../auth/permissions"
import { requireStepUp } from "../auth/step-up"
import { currentTime } from "../clock"
import { type Db, db } from "../db"
import { env } from "../env"
import { AppError, notFound } from "../errors"
import { type Page, pageQuery, toPage } from "../page"
import { findingDetails } from "./finding-details"
import type { AnswerFindingInput, ListFindingsInput } from "./findings.schema"
import type { Evidence } from "./rules"
import { SUSPENDED_BY_WATCHMAN } from "./watchman"

/** For a finding that suggests none: enough for a person, too little for a thief. */
const LIMIT_PER_MINUTE = 60

/** More than these nobody looks at one by one. */
const OPEN_COUNTED_MAX = 200

const findingSelection = {
  id: true,
  apiKeyId: true,
  apiKey: { select: { name: true } },
  rule: true,
  severity: true,
  evidence: true,
  foundAt: true,
  lastSeenAt: true,
  suspendedKey: true,
  answer: true,
  answeredAt: true,
  answeredBy: { select: { id: true, name: true } },
} satisfies Prisma.ApiKeyFindingSelect

type SelectedFinding = Prisma.ApiKeyFindingGetPayload<{ select: typeof findingSelection }>

/** A finding as people may see it. */
export type FindingView = Omit<SelectedFinding, "evidence" | "apiKey"> & {
  apiKeyName: string
  /** One sentence that says what is unusual. */
  headline: string
  /** What that rests on, a line for each thing. */
  details: string[]
  /** What the answer `limit` would set at most. */
  suggestedLimitPerMinute: number
}

function findingView({ evidence, apiKey, ...finding }: SelectedFinding): FindingView {
  const { headline, suggestedLimitPerMinute, ...others } = evidence as Evidence
  return {
    ...finding,
    apiKeyName: apiKey.name,
    headline: String(headline),
    details: findingDetails(others),
    suggestedLimitPerMinute: Number(suggestedLimitPerMinute ?? LIMIT_PER_MINUTE),
  }
}

/** The organization's findings, or those of one key, newest first. Throws forbidden, or not_found for such a key. */
export async function listFindings(
  caller: Caller,
  input: ListFindingsInput = {},
): Promise<Page<FindingView>> {
  requirePermission(caller, "api_keys:read")
  const { apiKeyId, open } = input
  const { limit, take, before } = pageQuery(input)
  const organizationId = caller.organization.id
  if (apiKeyId) await readApiKey(db(), { id: apiKeyId, organizationId }, currentTime())
  const findings = await db().apiKeyFinding.findMany({
    where: {
      organizationId,
      ...before,
      ...(apiKeyId ? { apiKeyId } : {}),
      ...(open === undefined ? {} : { answeredAt: open ? null : { not: null } }),
    },
    orderBy: { id: "desc" },
    take,
    select: findingSelection,
  })
  return toPage(findings, limit, findingView)
}

/** The keys with warnings and worse that nobody has answered, and how many each has. Throws forbidden. */
export async function countOpenFindings(
  caller: Caller,
): Promise<{ id: string; name: string; findings: number }[]> {
  requirePermission(caller, "api_keys:read")
  const open = await db().apiKeyFinding.findMany({
    where: { organizationId: caller.organization.id, answeredAt: null, severity: { not: "notice" } },
    orderBy: { id: "desc" },
    take: OPEN_COUNTED_MAX,
    select: { apiKeyId: true, apiKey: { select: { name: true } } },
  })
  const keys = new Map<string, { id: string; name: string; findings: number }>()
  for (const { apiKeyId: id, apiKey } of open)
    keys.set(id, { id, name: apiKey.name, findings: (keys.get(id)?.findings ?? 0) + 1 })
  return [...keys.values()]
}

/** `secret` is the key's new one, in this result once, after `revoke_and_rotate`; else null. */
export type AnsweredFinding = { finding: FindingView; key: ApiKeyView; secret: string | null }

/**
 * Says what a finding was, and does what follows from that, both or neither. Of two answers at once one counts.
 * Throws forbidden, not_found, or conflict when it is answered already or the key's state rules the answer out.
 */
export async function answerFinding(
  caller: Caller,
  { id, apiKeyId, answer }: AnswerFindingInput,
): Promise<AnsweredFinding> {
  requirePermission(caller, "api_keys:write")
  // Stopping a key must wait for nothing.
  if (answer !== "suspend") requireStepUp(caller)
  const organizationId = caller.organization.id
  const now = currentTime()
  return db().$transaction(async (tx) => {
    const which = { id, organizationId, ...(apiKeyId ? { apiKeyId } : {}) }
    const found = await tx.apiKeyFinding.findUnique({ where: which, select: findingSelection })
    if (!found) throw notFound()
    // The key first, as the watchman does, so that the two never wait for each other.
    const key = await lockApiKey(tx, { id: found.apiKeyId, organizationId }, now)
    const { count } = await tx.apiKeyFinding.updateMany({
      where: { ...which, answeredAt: null },
      data: { answer, answeredAt: now, answeredById: caller.user.id },
    })
    if (count === 0) throw new AppError("conflict", "This finding is answered already.")
    const finding = findingView(
      await tx.apiKeyFinding.findUniqueOrThrow({ where: which, select: findingSelection }),
    )
    await recordCallerAudit(tx, caller, {
      action: "api_key.finding_answered",
      targetId: key.id,
      details: { name: key.name, findingId: id, rule: finding.rule, answer },
    })
    const secret = await consequences[answer](tx, caller, { finding, key })
    return { finding, key: await readApiKey(tx, { id: key.id, organizationId }, now), secret }
  })
}

type About = { finding: FindingView; key: ApiKeyView }
type Consequence = (tx: Db, caller: UserCaller, about: About) => Promise<string | null>

const consequences: Record<AnswerFindingInput["answer"], Consequence> = {
  async it_was_us(tx, caller, about) {
    await resumeIfSuspendedFor(tx, caller, about)
    return null
  },

  async limit(tx, caller, { finding, key }) {
    // An answer to an alarm never lets more through than before.
    const present = key.rateLimitPerMinute ?? env().RATE_LIMIT_DEFAULT_PER_MINUTE
    const rateLimitPerMinute = Math.min(finding.suggestedLimitPerMinute, present)
    await updateWithin(tx, caller, { id: key.id, rateLimitPerMinute })
    await resumeIfSuspendedFor(tx, caller, { finding, key })
    return null
  },

  async suspend(tx, caller, { finding, key }) {
    const reason = `After an unusual use: ${finding.headline}`
    await suspendWithin(tx, caller, { id: key.id, reason })
    // From here on a person wants it so: the answer to another finding does not resume it.
    if (isSuspendedByWatchman(key))
      await tx.apiKey.update({
        where: { id: key.id },
        data: { suspendedReason: reason },
        select: { id: true },
      })
    return null
  },

  async revoke_and_rotate(tx, caller, { finding, key }) {
    const { secret } = await rotateWithin(tx, caller, { id: key.id, overlapSeconds: 0 })
    await resumeIfSuspendedFor(tx, caller, { finding, key })
    return secret
  },
}

/** Not while another finding is open that it was suspended for, nor where a person has suspended it. */
async function resumeIfSuspendedFor(tx: Db, caller: UserCaller, { finding, key }: About): Promise<void> {
  if (!finding.suspendedKey || !isSuspendedByWatchman(key) || key.revokedAt) return
  const others = await tx.apiKeyFinding.count({
    where: { apiKeyId: key.id, suspendedKey: true, answeredAt: null },
  })
  if (others === 0) await resumeWithin(tx, caller, { id: key.id })
}

function isSuspendedByWatchman({ suspendedAt, suspendedReason }: ApiKeyView): boolean {
  return suspendedAt !== null && (suspendedReason ?? "").startsWith(SUSPENDED_BY_WATCHMAN)
}

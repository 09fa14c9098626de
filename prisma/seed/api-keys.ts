import { revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { rotateApiKey } from "@/lib/api-keys/api-key-rotation"
import { suspendApiKey } from "@/lib/api-keys/api-key-suspension"
import { createApiKey } from "@/lib/api-keys/api-keys"
import { type CreateApiKeyInput, OVERLAP_SECONDS_MAX } from "@/lib/api-keys/api-keys.schema"
import type { UserCaller } from "@/lib/auth/caller"
import { db } from "@/lib/db"
import { addDuration, days, hours, minutes } from "@/lib/duration"
import { type Habit, writeUsageHistory } from "./usage-history"

// One key of each kind, each with a history. Nobody learns their secrets: create your own to call the API.

const invoke: Habit["routes"][number] = ["POST", "/api/v1/ai/invoke", 420]
const me: Habit["routes"][number] = ["GET", "/api/v1/me", 6]

const PROTOTYPE_REVOKED_DAYS_AGO = 6

const ciFoundAt = (now: Date) => addDuration(now, -hours(3))
const chatFoundAt = (now: Date) => addDuration(now, -days(9))

/**
 * Makes the keys of the seed and what they were used for in the last month. The findings come last: while there is
 * none, the seed was interrupted, and what is missing is made.
 */
export async function ensureKeysWithHistory(caller: UserCaller): Promise<void> {
  const organizationId = caller.organization.id
  if ((await db().apiKeyFinding.count({ where: { organizationId } })) > 0) return
  const now = new Date()
  const ids = await ensureKeys(caller, now)
  await setBack(ids, now)
  await writeUsageHistory(organizationId, habitsOf(ids, now), now)
  await createFindings(caller, ids, now)
}

type Ids = Record<
  "chat" | "nightly" | "ci" | "search" | "mobile" | "hackathon" | "prototype" | "eval",
  string
>

async function ensureKeys(caller: UserCaller, now: Date): Promise<Ids> {
  const later = (count: number) => addDuration(now, days(count))
  const ensure = (
    name: string,
    input: Omit<CreateApiKeyInput, "name">,
    then?: (id: string) => Promise<void>,
  ) => ensureKey(caller, { name, ...input }, then)
  return {
    chat: await ensure("Support chat", { expiresAt: later(90), rateLimitPerMinute: 120 }),
    nightly: await ensure("Nightly summaries", { allowedCidrs: ["35.198.80.0/24"] }),
    ci: await ensure("CI", { scopes: ["ai:invoke", "keys:verify"], rateLimitPerMinute: 300 }),
    search: await ensure("Search index", { expiresAt: later(5) }, async (id) => {
      await rotateApiKey(caller, { id, overlapSeconds: OVERLAP_SECONDS_MAX })
    }),
    mobile: await ensure("Mobile backend", { expiresAt: later(180) }, async (id) => {
      await suspendApiKey(caller, { id, reason: "The new version uses access tokens" })
    }),
    hackathon: await ensure("Hackathon", { expiresAt: later(-3) }),
    prototype: await ensure("Old prototype", {}, async (id) => {
      await revokeApiKey(caller, { id, reason: "The prototype is gone" })
    }),
    eval: await ensure("Evaluation", {}),
  }
}

/** The key of that name. `then` is done to one to which nothing was done yet. */
async function ensureKey(
  caller: UserCaller,
  input: CreateApiKeyInput,
  then: (id: string) => Promise<void> = async () => {},
): Promise<string> {
  const existing = await db().apiKey.findFirst({
    where: { organizationId: caller.organization.id, name: input.name },
    select: { id: true, suspendedAt: true, revokedAt: true, previousSecrets: { select: { id: true } } },
  })
  const id = existing?.id ?? (await createApiKey(caller, input)).key.id
  const isDone = existing?.suspendedAt || existing?.revokedAt || existing?.previousSecrets.length
  if (!isDone) await then(id)
  return id
}

/** They are older than what they were used for. */
async function setBack(ids: Ids, now: Date): Promise<void> {
  await db().apiKey.updateMany({
    where: { id: { in: Object.values(ids) } },
    data: { createdAt: addDuration(now, -days(31)) },
  })
  await db().apiKey.update({
    where: { id: ids.prototype },
    data: { revokedAt: addDuration(now, -days(PROTOTYPE_REVOKED_DAYS_AGO)) },
    select: { id: true },
  })
}

function habitsOf(ids: Ids, now: Date): Habit[] {
  const isWorkday = (weekday: number) => weekday > 0 && weekday < 6
  return [
    {
      apiKeyId: ids.chat,
      perHour: ({ hour, weekday, day }) => (isWorkday(weekday) && hour > 7 && hour < 18 ? 15 + day : 1),
      userAgent: "OpenAI/JS 6.49.0",
      addresses: ["34.240.10.7", "34.240.10.8"],
      routes: [invoke, invoke, invoke, me],
      episode: { at: chatFoundAt(now), requests: 12, address: "34.241.3.20" },
    },
    {
      apiKeyId: ids.nightly,
      perHour: ({ hour }) => (hour === 2 ? 110 : 0),
      userAgent: "python-requests/2.32.3",
      addresses: ["35.198.80.12"],
      routes: [invoke],
      serverErrors: 0.8,
    },
    {
      apiKeyId: ids.ci,
      perHour: ({ hour, weekday }) => (isWorkday(weekday) && [9, 13, 16].includes(hour) ? 35 : 0),
      userAgent: "curl/8.11.0",
      addresses: ["20.102.3.4", "20.102.7.9", "20.102.8.30"],
      routes: [me, invoke, ["GET", "/api/{path}", 3]],
      episode: { at: ciFoundAt(now), requests: 14, address: "185.220.101.34" },
      clientErrors: 22,
    },
    {
      apiKeyId: ids.search,
      perHour: () => 4,
      userAgent: "node",
      addresses: ["34.240.10.9"],
      routes: [invoke, me],
    },
    {
      apiKeyId: ids.mobile,
      perHour: ({ hour, day }) => (day < 24 && hour > 5 ? 3 : 0),
      userAgent: "okhttp/4.12.0",
      addresses: ["35.198.91.3"],
      routes: [invoke, me],
    },
    {
      apiKeyId: ids.hackathon,
      perHour: ({ day }) => (day === 12 || day === 13 ? 30 : 0),
      userAgent: "python-requests/2.32.3",
      addresses: ["81.2.69.142", "81.2.69.160"],
      routes: [invoke],
      clientErrors: 9,
    },
    {
      apiKeyId: ids.prototype,
      perHour: ({ day }) => (day > 26 ? 1 : 2),
      userAgent: "axios/1.12.0",
      addresses: ["34.240.10.7"],
      routes: [invoke],
      refusedFrom: { at: addDuration(now, -days(PROTOTYPE_REVOKED_DAYS_AGO)), outcome: "REVOKED" },
    },
  ]
}

/** One that waits for an answer, and one that has it, at once. */
async function createFindings(
  { organization, user }: UserCaller,
  { chat, ci }: Ids,
  now: Date,
): Promise<void> {
  const [found, answered] = [ciFoundAt(now), chatFoundAt(now)]
  await db().apiKeyFinding.createMany({
    data: [
      {
        organizationId: organization.id,
        apiKeyId: chat,
        rule: "new_network",
        severity: "notice",
        evidence: {
          headline: "It is used from a new network: 34.241.3.0/24.",
          networks: ["34.241.3.0/24"],
          knownNetworks: 1,
          requests: 12,
        },
        foundAt: answered,
        lastSeenAt: addDuration(answered, minutes(12)),
        answer: "it_was_us",
        answeredAt: addDuration(answered, hours(2)),
        answeredById: user.id,
      },
      {
        organizationId: organization.id,
        apiKeyId: ci,
        rule: "new_country",
        severity: "warning",
        evidence: {
          headline: "It is used from Germany for the first time.",
          countries: ["DE"],
          knownCountries: ["US"],
          networks: ["185.220.101.0/24"],
          requests: 14,
        },
        foundAt: found,
        lastSeenAt: addDuration(found, minutes(14)),
      },
    ],
  })
}

import { revokeApiKey } from "@/lib/api-keys/api-key-revocation"
import { rotateApiKey } from "@/lib/api-keys/api-key-rotation"
import { suspendApiKey } from "@/lib/api-keys/api-key-suspension"
import { createApiKey } from "@/lib/api-keys/api-keys"
import type { CreateApiKeyInput } from "@/lib/api-keys/api-keys.schema"
import type { UserCaller } from "@/lib/auth/caller"
import { db } from "@/lib/db"
import { addDuration, days, hours } from "@/lib/duration"
import { type Habit, writeUsageHistory } from "./usage-history"

// One key of each kind, each with a history. Nobody learns their secrets: create your own to call the API.

const invoke: Habit["routes"][number] = ["POST", "/api/v1/ai/invoke", 420]
const me: Habit["routes"][number] = ["GET", "/api/v1/me", 6]

/** Makes the keys of the seed and what they were used for in the last month. */
export async function createKeysWithHistory(caller: UserCaller): Promise<void> {
  const now = new Date()
  const create = async (name: string, input: Partial<CreateApiKeyInput> = {}) =>
    (await createApiKey(caller, { name, ...input })).key.id
  const chat = await create("Support chat", {
    expiresAt: addDuration(now, days(90)),
    rateLimitPerMinute: 120,
  })
  const nightly = await create("Nightly summaries", { allowedCidrs: ["35.198.80.0/24"] })
  const ci = await create("CI", { scopes: ["ai:invoke", "keys:verify"], rateLimitPerMinute: 300 })
  const search = await create("Search index", { expiresAt: addDuration(now, days(5)) })
  const mobile = await create("Mobile backend", { expiresAt: addDuration(now, days(180)) })
  const hackathon = await create("Hackathon", { expiresAt: addDuration(now, -days(3)) })
  const prototype = await create("Old prototype")
  await create("Evaluation")

  await rotateApiKey(caller, { id: search, overlapSeconds: hours(24) / 1000 })
  await suspendApiKey(caller, { id: mobile, reason: "The new version uses access tokens" })
  await revokeApiKey(caller, { id: prototype, reason: "The prototype is gone" })
  const revokedAt = addDuration(now, -days(6))
  await db().apiKey.update({ where: { id: prototype }, data: { revokedAt }, select: { id: true } })

  await writeUsageHistory(
    caller.organization.id,
    habitsOf({ chat, nightly, ci, search, mobile, hackathon, prototype }, now),
    now,
  )
  await createFindings(caller, { chat, ci }, now)
}

type Ids = Record<"chat" | "nightly" | "ci" | "search" | "mobile" | "hackathon" | "prototype", string>

function habitsOf(ids: Ids, now: Date): Habit[] {
  const isWorkday = (weekday: number) => weekday > 0 && weekday < 6
  return [
    {
      apiKeyId: ids.chat,
      perHour: ({ hour, weekday, day }) => (isWorkday(weekday) && hour > 7 && hour < 18 ? 15 + day : 1),
      userAgent: "OpenAI/JS 6.49.0",
      addresses: ["34.240.10.7", "34.240.10.8", "34.241.3.20"],
      routes: [invoke, invoke, invoke, me],
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
      refusedFrom: { at: addDuration(now, -days(6)), outcome: "REVOKED" },
    },
  ]
}

/** One that waits for an answer, and one that has it. */
async function createFindings(
  { organization, user }: UserCaller,
  { chat, ci }: Pick<Ids, "chat" | "ci">,
  now: Date,
): Promise<void> {
  const foundAt = addDuration(now, -hours(3))
  await db().apiKeyFinding.create({
    data: {
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
      foundAt,
      lastSeenAt: addDuration(foundAt, hours(1)),
    },
    select: { id: true },
  })
  const before = addDuration(now, -days(9))
  await db().apiKeyFinding.create({
    data: {
      organizationId: organization.id,
      apiKeyId: chat,
      rule: "new_network",
      severity: "notice",
      evidence: {
        headline: "It is used from a network it never had.",
        networks: ["34.241.3.0/24"],
        knownNetworks: ["34.240.10.0/24"],
        requests: 12,
      },
      foundAt: before,
      lastSeenAt: before,
      answer: "it_was_us",
      answeredAt: addDuration(before, hours(2)),
      answeredById: user.id,
    },
    select: { id: true },
  })
}

import { generateApiKey } from "@/lib/api-keys/api-key-format"
import { listApiKeys, requireApiKey } from "@/lib/api-keys/api-keys"
import { RATE_LIMIT_PER_MINUTE_MAX } from "@/lib/api-keys/api-keys.schema"
import { checkApiKey } from "@/lib/api-keys/check-api-key"
import { getPosture } from "@/lib/api-keys/posture"
import type { UserCaller } from "@/lib/auth/caller"
import { hashToken } from "@/lib/auth/opaque-token"
import { db } from "@/lib/db"
import { addDuration, days } from "@/lib/duration"
import { env } from "@/lib/env"
import { deliverMails } from "@/lib/mail/mail-delivery"
import { createPerson, createProgram, type Person } from "@/lib/testing/factories"
import { getApiKeyUsage, getOrganizationUsage } from "@/lib/usage/usage"
import { loadActivities } from "@/lib/watchman/activity"
import { send } from "./measure"
import { busyKey, busyOrganization, crowdedOrganization } from "./scale-data"

export type Call = { name: string; call: () => Promise<unknown> }

/** What people and programs ask of a database filled by loadScale(). Whoever calls is made on the way. */
export async function createCalls(): Promise<Call[]> {
  const busy = await createPerson({ organizationId: busyOrganization })
  const crowded = await createPerson({ organizationId: crowdedOrganization })
  const { caller } = busy
  return [
    ...(await checkCalls()),
    await refreshCall(busy),
    { name: "read a key", call: () => requireApiKey(caller, { id: busyKey }) },
    ...listCalls("50 keys", caller),
    ...(await crowdedCalls(crowded.caller)),
    ...usageCalls(caller),
    { name: "what could be held tighter", call: () => getPosture(caller) },
    ...pageCalls("50 keys", busy.cookie, [
      "/dashboard",
      "/dashboard/api-keys",
      "/dashboard/api-keys?sort=last_used",
      "/dashboard/api-keys/posture",
      `/dashboard/api-keys/${busyKey}`,
      `/dashboard/api-keys/${busyKey}?range=30d`,
      "/dashboard/usage",
      "/dashboard/usage?range=30d",
      "/dashboard/security",
      "/dashboard/team",
      "/dashboard/audit-log",
    ]),
    ...pageCalls("a tenth of all keys", crowded.cookie, [
      "/dashboard",
      "/dashboard/api-keys",
      "/dashboard/api-keys/posture",
      "/dashboard/usage?range=30d",
    ]),
    { name: "mails: claim and send 20", call: () => deliverMails(async () => {}) },
    {
      name: "watchman: look at the busy key",
      call: () =>
        loadActivities(db(), [{ id: busyKey, createdAt: addDuration(new Date(), -days(300)) }], new Date()),
    },
  ]
}

/** The busy key gets a secret that we know. */
async function checkCalls(): Promise<Call[]> {
  const secret = generateApiKey(busyOrganization)
  await db().apiKey.update({
    where: { id: busyKey },
    data: {
      hash: hashToken(secret),
      lastFour: secret.slice(-4),
      rateLimitPerMinute: RATE_LIMIT_PER_MINUTE_MAX,
    },
    select: { id: true },
  })
  const check = async () => {
    const { code } = await checkApiKey(secret, { address: "203.0.113.1" })
    if (code !== "VALID") throw new Error(`the key is ${code}`)
  }
  const headers = { authorization: `Bearer ${secret}` }
  return [
    { name: "check a key", call: check },
    { name: "`GET /api/v1/me` with a key", call: () => send(`${env().APP_URL}/api/v1/me`, { headers }) },
  ]
}

/** Each refresh token is presented once. */
async function refreshCall(person: Person): Promise<Call> {
  let { refreshToken } = await createProgram(person)
  return {
    name: "`POST /api/v1/auth/refresh`",
    async call() {
      const answer = await send(`${env().APP_URL}/api/v1/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refresh_token: refreshToken }),
      })
      refreshToken = JSON.parse(answer).refresh_token
    },
  }
}

function pageCalls(of: string, cookie: string, paths: string[]): Call[] {
  return paths.map((path) => ({
    name: `\`${path.replace(busyKey, "{id}")}\`, ${of}`,
    call: () => send(env().APP_URL + path, { headers: { cookie } }),
  }))
}

function listCalls(of: string, caller: UserCaller): Call[] {
  const call = (name: string, input: Parameters<typeof listApiKeys>[1]) => ({
    name: `list ${of}: ${name}`,
    call: () => listApiKeys(caller, input),
  })
  return [
    call("first page", {}),
    call("100 to a page", { limit: 100 }),
    call("only active", { status: "active" }),
    call("only suspended", { status: "suspended" }),
    call("search", { q: "night" }),
    call("search, nothing found", { q: "no such key" }),
    call("by name", { sort: "name" }),
    call("by last use", { sort: "last_used" }),
  ]
}

async function crowdedCalls(caller: UserCaller): Promise<Call[]> {
  const { items } = await listApiKeys(caller, { sort: "oldest", limit: 100 })
  const cursor = items.at(-1)?.id
  return [
    ...listCalls("a tenth of all keys", caller),
    { name: "list a tenth of all keys: last pages", call: () => listApiKeys(caller, { cursor }) },
    {
      name: "list a tenth of all keys: by last use, far in",
      call: () => listApiKeys(caller, { cursor, sort: "last_used" }),
    },
  ]
}

function usageCalls(caller: UserCaller): Call[] {
  const since = (ago: number) => addDuration(new Date(), -days(ago))
  const ofKey = (name: string, ago: number, resolution?: "minute" | "hour") => ({
    name: `usage of the busy key: ${name}`,
    call: () => getApiKeyUsage(caller, { id: busyKey, since: since(ago), resolution }),
  })
  const ofAll = (name: string, ago: number, resolution?: "hour") => ({
    name: `usage of its organization: ${name}`,
    call: () => getOrganizationUsage(caller, { since: since(ago), resolution }),
  })
  return [
    ofKey("24 hours", 1),
    ofKey("24 hours by minute", 1, "minute"),
    ofKey("7 days", 7),
    ofKey("30 days", 30),
    ofKey("30 days by hour", 30, "hour"),
    ofAll("24 hours", 1),
    ofAll("7 days by hour", 7, "hour"),
    ofAll("30 days", 30),
    ofAll("90 days", 90),
    ofAll("30 days by hour", 30, "hour"),
  ]
}

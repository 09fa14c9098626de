import { createHash, randomBytes } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { createAuthorizationCode } from "@/lib/auth/authorization-codes"
import { db } from "@/lib/db"
import { auditActionsOn, createKey, createProgram, type Person } from "@/lib/testing/factories"
import { ThrowAwayRedis } from "@/scripts/support/redis"
import { type AppProcess, startApp, startTwoApps } from "./app-process"
import { expect, test } from "./fixtures"
import { me, type Pair, post, printFigure, refresh, refreshed, spread } from "./programs"

// What is promised of tokens holds when two instances share the work: each round plays one race anew. `ROUNDS=50`
// plays more of them.

const rounds = Array.from({ length: Number(process.env.ROUNDS ?? 5) }, (_, round) => round)

test.setTimeout(60_000 + rounds.length * 5000)

let first: AppProcess
let second: AppProcess

test.beforeAll(async () => {
  // The address of the app under test, because its tokens are good for no other.
  ;[first, second] = await startTwoApps({ APP_URL: process.env.APP_URL })
})

test.afterAll(() => Promise.all([first.stop(), second.stop()]))

const alternately = (index: number) => (index % 2 === 0 ? first.url : second.url)

/** Those of a family that could be used now. */
function liveLeaves(sessionId: string): Promise<number> {
  return db().refreshToken.count({ where: { sessionId, usedAt: null, session: { endedAt: null } } })
}

test("twenty refreshes of one token make one successor and sign nobody out", async ({ person }) => {
  for (const _ of rounds) {
    const program = await createProgram(person)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refreshed(alternately(index), program.refreshToken)),
    )
    expect(new Set(answers.map(({ refresh_token }) => refresh_token)).size).toBe(1)
    expect(await liveLeaves(program.sessionId)).toBe(1)
    const statuses = answers.map(
      async (pair, index) => (await me(alternately(index), pair.access_token)).status,
    )
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]))
    await refreshed(second.url, answers[0]?.refresh_token ?? "")
  }
})

test("a token that was used before the last one ends the sign-in, whichever instance meets it", async ({
  person,
}) => {
  for (const _ of rounds) {
    const program = await createProgram(person)
    const stolen = program.refreshToken
    const { refresh_token } = await refreshed(first.url, stolen)
    const latest = await refreshed(second.url, refresh_token)

    const reuses = Array.from({ length: 4 }, (_, index) => refresh(alternately(index), stolen))
    expect(await Promise.all(reuses.map(async (answer) => (await answer).status))).toEqual([
      400, 400, 400, 400,
    ])
    expect((await me(first.url, latest.access_token)).status).toBe(401)
    expect((await refresh(second.url, latest.refresh_token)).status).toBe(400)
    expect(await auditActionsOn(program.sessionId)).toEqual([
      "session.created",
      "session.ended",
      "refresh_token.reused",
    ])
  }
})

test("a code that both instances are given at once is redeemed once", async ({ person }) => {
  for (const _ of rounds) {
    const exchange = await createCode(person)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => post(alternately(index), "token", exchange)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, ...Array(9).fill(400)])
    const winner = (await answers.find(({ ok }) => ok)?.json()) as Pair
    expect((await me(second.url, winner.access_token)).status).toBe(200)
    await refreshed(first.url, winner.refresh_token)
  }
  const sessions = { where: { userId: person.caller.user.id, clientId: "cli" } }
  expect(await db().session.count(sessions)).toBe(rounds.length)
})

async function createCode({ caller }: Person) {
  const codeVerifier = randomBytes(32).toString("base64url")
  const redirectUri = "http://127.0.0.1:8976/callback"
  const code = await createAuthorizationCode(db(), {
    userId: caller.user.id,
    organizationId: caller.organization.id,
    clientId: "cli",
    redirectUri,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    scope: ["ai:invoke"],
    amr: ["google"],
    authTime: new Date(),
  })
  const client = { client_id: "cli", redirect_uri: redirectUri, code_verifier: codeVerifier }
  return { grant_type: "authorization_code", code, ...client }
}

test("nothing that a refresh gives outlives a revocation at the same time", async ({ person }) => {
  for (const _ of rounds) {
    const program = await createProgram(person)
    const { refreshToken } = program
    const [revoked, ...answers] = await Promise.all([
      post(first.url, "revoke", { refresh_token: refreshToken }),
      ...Array.from({ length: 5 }, () => refresh(second.url, refreshToken)),
    ])
    expect(revoked.status).toBe(200)
    expect(await liveLeaves(program.sessionId)).toBe(0)
    for (const answer of answers) {
      expect([200, 400]).toContain(answer.status)
      if (!answer.ok) continue
      const pair = (await answer.json()) as Pair
      expect((await me(second.url, pair.access_token)).status).toBe(401)
      expect((await refresh(first.url, pair.refresh_token)).status).toBe(400)
    }
  }
})

test("an instance killed while it refreshes loses nobody's sign-in: the retry works elsewhere", async ({
  person,
}) => {
  for (const round of rounds) {
    const programs = await Promise.all(Array.from({ length: 8 }, () => createProgram(person)))
    const chains = programs.map((program) => new Chain(second.url, program.refreshToken))
    const ended = Promise.all(chains.map((chain) => chain.run()))
    const turns = () => chains.reduce((sum, chain) => sum + chain.turns, 0)
    while (turns() < 8 + round) await sleep(1)
    await sleep((round * 7) % 20)
    second.child.kill("SIGKILL")
    await ended

    const pairs = await Promise.all(chains.map(({ refreshToken }) => refreshed(first.url, refreshToken)))
    for (const pair of pairs) expect((await me(first.url, pair.access_token)).status).toBe(200)
    for (const { sessionId } of programs) expect(await liveLeaves(sessionId)).toBe(1)

    second = await startApp({ APP_URL: process.env.APP_URL })
    await Promise.all(pairs.map(({ refresh_token }) => refreshed(second.url, refresh_token)))
  }
})

/** A program that refreshes all the time, until the instance it talks to is gone. */
class Chain {
  turns = 0
  refreshToken: string
  readonly #url: string

  constructor(url: string, refreshToken: string) {
    this.#url = url
    this.refreshToken = refreshToken
  }

  async run(): Promise<void> {
    for (;;) {
      const response = await refresh(this.#url, this.refreshToken).catch(() => null)
      const answer = await response?.json().catch(() => null)
      if (!answer) return
      if (!response?.ok) throw new Error(`refresh: ${response?.status} ${JSON.stringify(answer)}`)
      this.refreshToken = answer.refresh_token
      this.turns += 1
    }
  }
}

test("an access token revoked at one instance is refused by the other within five seconds", async ({
  person,
}) => {
  const delays: number[] = []
  for (const _ of rounds) {
    const program = await createProgram(person)
    expect((await me(second.url, program.accessToken)).status).toBe(200)
    await post(first.url, "revoke", { token: program.refreshToken })
    const revokedAt = performance.now()
    while ((await me(second.url, program.accessToken)).status !== 401) await sleep(5)
    delays.push(performance.now() - revokedAt)
  }
  printFigure(`revoked at one instance, refused at the other after ${spread(delays)}`)
  expect(Math.max(...delays)).toBeLessThan(5000)
})

test("what one instance is told of a person, the other acts on", async ({ person }) => {
  const [ended, kept] = [await createProgram(person), await createProgram(person)]
  const browser = { cookie: person.cookie, "sec-fetch-site": "same-origin" }
  const signedOut = await fetch(`${first.url}/api/v1/sessions/${ended.sessionId}`, {
    method: "DELETE",
    headers: browser,
  })
  expect(signedOut.status).toBe(200)
  expect((await me(second.url, ended.accessToken)).status).toBe(401)
  expect((await refresh(second.url, ended.refreshToken)).status).toBe(400)

  const { id: userId } = person.caller.user
  const organizationId = person.caller.organization.id
  expect((await createKeyAt(second.url, kept.bearer)).status).toBe(201)
  await db().membership.update({
    where: { organizationId_userId: { organizationId, userId } },
    data: { role: "member" },
  })
  for (const { url } of [first, second]) {
    expect(await (await me(url, kept.accessToken)).json()).toMatchObject({ role: "member" })
    expect((await createKeyAt(url, kept.bearer)).status).toBe(403)
  }

  await db().user.update({ where: { id: userId }, data: { disabledAt: new Date() } })
  for (const { url } of [first, second]) {
    expect((await me(url, kept.accessToken)).status).toBe(401)
    expect((await refresh(url, kept.refreshToken)).status).toBe(400)
  }
})

function createKeyAt(url: string, credential: Record<string, string>): Promise<Response> {
  const headers = { ...credential, "content-type": "application/json" }
  return fetch(`${url}/api/v1/api-keys`, { method: "POST", headers, body: JSON.stringify({ name: "Key" }) })
}

test("a key revoked at one instance is refused by the other within a second, also with Redis away", async ({
  person,
}) => {
  const redis = await ThrowAwayRedis.start()
  const pairs = [[first, second]]
  const withRedis = await startTwoApps({ APP_URL: process.env.APP_URL, REDIS_URL: redis.url })
  try {
    pairs.push(withRedis)
    for (const [index, [one, other]] of [...pairs, withRedis].entries()) {
      if (index === 2) await redis.stop()
      const { id, secret } = await createKey(person)
      const latest = await revokedUnderLoad(one?.url ?? "", other?.url ?? "", {
        id,
        secret,
        cookie: person.cookie,
      })
      printFigure(
        `key revoked at one instance, last success at the other ${latest.toFixed(0)} ms after the answer`,
      )
      expect(latest).toBeLessThan(1000)
    }
  } finally {
    await Promise.all([...withRedis.map((app) => app.stop()), redis.stop()])
  }
})

/** Calls one instance a hundred times a second while the key is revoked at another: when the last success began, from the answer on. */
async function revokedUnderLoad(
  revokingUrl: string,
  calledUrl: string,
  { id, secret, cookie }: { id: string; secret: string; cookie: string },
): Promise<number> {
  const calls: Promise<{ status: number; begunAt: number }>[] = []
  const callOnce = async () => {
    const begunAt = performance.now()
    return { status: (await me(calledUrl, secret)).status, begunAt }
  }
  const load = setInterval(() => calls.push(callOnce()), 10)
  await sleep(1500)
  const headers = { cookie, "sec-fetch-site": "same-origin" }
  const answer = await fetch(`${revokingUrl}/api/v1/api-keys/${id}`, { method: "DELETE", headers })
  const revokedAt = performance.now()
  await sleep(1500)
  clearInterval(load)
  const answers = await Promise.all(calls)
  expect(answer.status).toBe(200)
  // A machine that is busy may say 503, which lets nobody in.
  for (const { status } of answers) expect([200, 401, 503]).toContain(status)
  expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThan(10)
  const successes = answers.flatMap(({ status, begunAt }) => (status === 200 ? [begunAt - revokedAt] : []))
  expect(successes.length).toBeGreaterThan(10)
  return Math.max(...successes)
}

test("fifty parallel calls of a key with a limit of five: five with a shared Redis, five each without", async ({
  person,
}) => {
  const redis = await ThrowAwayRedis.start()
  const sharing = await startTwoApps({ APP_URL: process.env.APP_URL, REDIS_URL: redis.url })
  try {
    const passed = async (urls: string[]) => {
      const { secret } = await createKey(person, { rateLimitPerMinute: 5 })
      const calls = Array.from({ length: 50 }, (_, index) => me(urls[index % urls.length] ?? "", secret))
      const statuses = (await Promise.all(calls)).map(({ status }) => status)
      for (const status of statuses) expect([200, 429, 503]).toContain(status)
      return statuses.filter((status) => status === 200).length
    }
    expect(await passed([first.url])).toBe(5)
    expect(await passed(sharing.map(({ url }) => url))).toBe(5)
    expect(await passed([first.url, second.url])).toBe(10)
    await redis.stop()
    expect(await passed(sharing.map(({ url }) => url))).toBe(10)
  } finally {
    await Promise.all([...sharing.map((app) => app.stop()), redis.stop()])
  }
})

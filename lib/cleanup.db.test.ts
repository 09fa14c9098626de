import { beforeEach, describe, expect, test, vi } from "vitest"
import type { UsageResolution } from "@/prisma/generated/enums"
import { generateOpaqueToken, hashToken } from "./auth/opaque-token"
import { refreshTokens } from "./auth/refresh-tokens"
import { cleanUp } from "./cleanup"
import { db } from "./db"
import { addDuration, days, hours, minutes, seconds } from "./duration"
import { log } from "./log"
import { policies } from "./rate-limit/policies"
import { createPerson, createProgram, createSession } from "./testing/factories"
import { source } from "./testing/request-source"

const now = new Date()

// What one test leaves behind would be in the batches of the next.
beforeEach(async () => {
  while ((await cleanUp(addDuration(new Date(), days(365)))) > 0);
})

function createFlows(count: number, expiresAt: Date) {
  return db().loginFlow.createMany({
    data: Array.from({ length: count }, () => ({
      stateHash: hashToken(generateOpaqueToken()),
      browserHash: hashToken(generateOpaqueToken()),
      provider: "google",
      codeVerifier: generateOpaqueToken(),
      clientId: "cli",
      expiresAt,
    })),
  })
}

function createChallenges(count: number, expiresAt: Date) {
  return db().passkeyChallenge.createMany({
    data: Array.from({ length: count }, () => ({
      hash: hashToken(generateOpaqueToken()),
      ceremony: "sign_in" as const,
      holder: hashToken(generateOpaqueToken()),
      expiresAt,
    })),
  })
}

async function createCodes(count: number, expiresAt: Date) {
  const { caller } = await createPerson()
  return db().authorizationCode.createMany({
    data: Array.from({ length: count }, () => ({
      hash: hashToken(generateOpaqueToken()),
      userId: caller.user.id,
      organizationId: caller.organization.id,
      clientId: "cli",
      redirectUri: "http://127.0.0.1/callback",
      codeChallenge: generateOpaqueToken(),
      authTime: now,
      expiresAt,
    })),
  })
}

async function createPrograms(count: number, expiresAt: Date) {
  const { caller } = await createPerson()
  const sessions = await db().session.createManyAndReturn({
    data: Array.from({ length: count }, () => ({
      clientId: "cli",
      userId: caller.user.id,
      organizationId: caller.organization.id,
      authTime: now,
      expiresAt,
    })),
    select: { id: true },
  })
  await db().refreshToken.createMany({
    data: sessions.map(({ id }) => ({ sessionId: id, hash: hashToken(generateOpaqueToken()) })),
  })
  return sessions.map(({ id }) => id)
}

function createIdempotencyKeys(count: number, createdAt: Date) {
  const requestHash = hashToken(generateOpaqueToken())
  return db().idempotencyKey.createMany({
    data: Array.from({ length: count }, () => ({
      ...{ callerId: "caller", key: generateOpaqueToken(), requestHash, targetId: "target", createdAt },
    })),
  })
}

function createMails(count: number, createdAt: Date, outcome: { sentAt?: Date; failedAt?: Date } = {}) {
  const content = { to: "ada@example.test", subject: "Hello", text: "Hello", html: "<p>Hello</p>" }
  return db().mail.createMany({
    data: Array.from({ length: count }, () => ({ ...content, createdAt, ...outcome })),
  })
}

function createCounts(resolution: UsageResolution, count: number, start: Date) {
  return db().apiKeyUsage.createMany({
    data: Array.from({ length: count }, () => ({
      ...{ organizationId: "organization", apiKeyId: generateOpaqueToken(), resolution, start },
      ...{ outcome: "VALID" as const, status: 200, method: "GET", route: "/api/v1/me" },
      ...{ requests: 1, latencyMsSum: 1n },
    })),
  })
}

function createSightings(count: number, lastSeenAt: Date) {
  const seen = { kind: "country" as const, value: "DE", firstSeenAt: lastSeenAt, lastSeenAt, requests: 1 }
  return db().apiKeySighting.createMany({
    data: Array.from({ length: count }, () => ({
      ...{ organizationId: "organization", apiKeyId: generateOpaqueToken(), ...seen },
    })),
  })
}

const countSessions = (ids: string[]) => db().session.count({ where: { id: { in: ids } } })
const countTokens = (ids: string[]) => db().refreshToken.count({ where: { sessionId: { in: ids } } })

describe("what nobody needs any more leaves, and nothing before its time", () => {
  test("a flow that was to link a provider, an hour after it expired, and a mailed link at once", async () => {
    const person = await createPerson()
    const link = (age: number) =>
      db().linkIntent.create({
        data: {
          ...{ stateHash: hashToken(generateOpaqueToken()), sessionId: person.caller.sessionId },
          ...{ provider: "github", stepUp: "sign_in", expiresAt: addDuration(now, -age) },
        },
      })
    const mail = (age: number) =>
      db().mailedLink.create({
        data: {
          ...{ tokenHash: hashToken(generateOpaqueToken()), purpose: "sign_up" as const },
          ...{ email: "ada@example.test", expiresAt: addDuration(now, -age) },
        },
      })
    await Promise.all([link(hours(1)), link(hours(1) + 1), mail(0), mail(1)])
    expect(await cleanUp(now)).toBe(2)
    expect(await cleanUp(addDuration(now, 1))).toBe(2)
  })

  test("a flow, an hour after it expired", async () => {
    await createFlows(1, addDuration(now, -hours(1)))
    await createFlows(1, addDuration(now, -hours(1) - 1))
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(addDuration(now, 1))).toBe(1)
  })

  test("the challenge of a passkey, once it has expired", async () => {
    await createChallenges(1, now)
    await createChallenges(1, addDuration(now, -1))
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(addDuration(now, 1))).toBe(1)
  })

  test("a code, a day after it expired, so that its reuse is noticed", async () => {
    await createCodes(1, addDuration(now, -days(1)))
    await createCodes(1, addDuration(now, -days(1) - 1))
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(addDuration(now, 1))).toBe(1)
  })

  test("what an Idempotency-Key made, a day and an hour after it was used", async () => {
    await createIdempotencyKeys(1, addDuration(now, -hours(25)))
    await createIdempotencyKeys(1, addDuration(now, -hours(25) - 1))
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(addDuration(now, 1))).toBe(1)
  })

  test("a mail a week after it was written, and a month after when it never arrived", async () => {
    const overAWeek = addDuration(now, -days(7) - 1)
    await createMails(1, addDuration(now, -days(7)), { sentAt: now })
    await createMails(1, overAWeek, { sentAt: now })
    await createMails(1, overAWeek, { failedAt: now })
    await createMails(1, overAWeek)
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(addDuration(now, 1))).toBe(1)
    expect(await cleanUp(addDuration(overAWeek, days(30)))).toBe(0)
    expect(await cleanUp(addDuration(overAWeek, days(30) + 1))).toBe(2)
  })

  test.each([
    ["minute", days(14)],
    ["hour", days(400)],
    ["day", days(5 * 365)],
  ] as const)("a count of use by the %s, at its own age", async (resolution, age) => {
    // Counts are kept to the second.
    const second = new Date("2026-03-01T00:00:00Z")
    await createCounts(resolution, 1, addDuration(second, -age))
    await createCounts(resolution, 1, addDuration(second, -age - seconds(1)))
    expect(await cleanUp(second)).toBe(1)
    expect(await cleanUp(addDuration(second, 1))).toBe(1)
  })

  test("what a key was seen with, 400 days after the last time", async () => {
    await createSightings(1, addDuration(now, -days(400)))
    await createSightings(1, addDuration(now, -days(400) - 1))
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(addDuration(now, 1))).toBe(1)
  })

  test("a sign-in with all its tokens, 30 days after it would have expired", async () => {
    const [ended] = await createPrograms(1, addDuration(now, -days(30) - 1))
    const [kept] = await createPrograms(1, addDuration(now, -days(30)))
    const { caller } = await createPerson()
    const expiresAt = addDuration(now, -days(31))
    const browser = await createSession(caller.user.id, caller.organization.id, { expiresAt })
    expect(await cleanUp(now)).toBe(3)
    const ids = [ended ?? "", kept ?? "", browser.id, caller.sessionId]
    const left = await db().session.findMany({ where: { id: { in: ids } }, select: { id: true } })
    expect(left.map(({ id }) => id).sort()).toEqual([kept, caller.sessionId].sort())
    expect(await countTokens(ids)).toBe(1)
  })

  test("the sealed successor of a used token a minute after the grace, and never the used token itself", async () => {
    const program = await createProgram(await createPerson())
    const second = await refreshTokens(source, { refreshToken: program.refreshToken })
    const used = () =>
      db().refreshToken.findUniqueOrThrow({
        where: { hash: hashToken(program.refreshToken) },
        select: { usedAt: true, sealedSuccessor: true },
      })
    const { usedAt } = await used()
    if (!usedAt) throw new Error("the token was used")
    expect(await cleanUp(addDuration(usedAt, seconds(70)))).toBe(0)
    expect(await cleanUp(addDuration(usedAt, seconds(70) + 1))).toBe(1)
    expect(await used()).toEqual({ usedAt, sealedSuccessor: null })
    expect(await cleanUp(addDuration(now, days(29)))).toBe(0)

    // What is left is enough to notice a thief.
    await expect(refreshTokens(source, { refreshToken: program.refreshToken })).rejects.toMatchObject({
      code: "invalid_grant",
    })
    await expect(refreshTokens(source, second)).rejects.toMatchObject({ code: "invalid_grant" })
  })
})

describe("a backlog leaves in batches of at most 500", () => {
  test.each([
    ["flows", () => createFlows(501, addDuration(now, -days(1)))],
    ["challenges", () => createChallenges(501, addDuration(now, -days(1)))],
    ["codes", () => createCodes(501, addDuration(now, -days(2)))],
    ["requests", () => createIdempotencyKeys(501, addDuration(now, -days(2)))],
    ["mails", () => createMails(501, addDuration(now, -days(8)), { sentAt: now })],
    ["counts", () => createCounts("minute", 501, addDuration(now, -days(15)))],
    ["sightings", () => createSightings(501, addDuration(now, -days(401)))],
  ])("of %s", async (_name, create) => {
    await create()
    expect(await cleanUp(now)).toBe(500)
    expect(await cleanUp(now)).toBe(1)
    expect(await cleanUp(now)).toBe(0)
  })

  test("of sign-ins, each when its tokens are gone", async () => {
    const ids = await createPrograms(501, addDuration(now, -days(31)))
    expect(await cleanUp(now)).toBe(1000)
    expect([await countSessions(ids), await countTokens(ids)]).toEqual([1, 1])
    expect(await cleanUp(now)).toBe(2)
    expect(await cleanUp(now)).toBe(0)
  })

  test("of sealed successors", async () => {
    const ids = await createPrograms(501, addDuration(now, days(1)))
    await db().refreshToken.updateMany({
      where: { sessionId: { in: ids } },
      data: { usedAt: addDuration(now, -minutes(2)), sealedSuccessor: "sealed" },
    })
    expect(await cleanUp(now)).toBe(500)
    expect(await cleanUp(now)).toBe(1)
  })

  test("of chains of tokens that are longer than a batch", async () => {
    const ids = await createPrograms(3, addDuration(now, -days(31)))
    await createChains(ids, 1200)
    for (let left = 3600; left > 0; left -= 500) {
      expect(await countTokens(ids)).toBe(left)
      await cleanUp(now)
    }
    expect(await countTokens(ids)).toBe(0)
    await cleanUp(now)
    expect(await countSessions(ids)).toBe(0)
  })
})

/** Makes each family a chain of that length, the first tokens of all families next to each other. */
async function createChains(sessionIds: string[], length: number): Promise<void> {
  await db().refreshToken.deleteMany({ where: { sessionId: { in: sessionIds } } })
  // Ids in order of time, as ULIDs are.
  await db().$executeRaw`
    INSERT INTO refresh_tokens (id, session_id, parent_id, hash, used_at)
    SELECT session_id || to_char(generation, '000000'), session_id,
           CASE WHEN generation > 1 THEN session_id || to_char(generation - 1, '000000') END,
           sha256((session_id || generation)::bytea), now()
    FROM generate_series(1, ${length}::int) generation, unnest(${sessionIds}::text[]) session_id
    ORDER BY generation`
}

test("what cannot be removed is logged, and the rest leaves", async () => {
  await createFlows(1, addDuration(now, -days(1)))
  await createSightings(1, addDuration(now, -days(401)))
  const warnings = vi.spyOn(log, "warn")
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE login_flows IN ACCESS EXCLUSIVE MODE`
    expect(await cleanUp(now)).toBe(1)
  })
  expect(warnings.mock.calls).toEqual([
    [{ err: expect.any(Error), kind: "loginFlows" }, "what has expired could not be removed"],
  ])
  warnings.mockRestore()
  expect(await cleanUp(now)).toBe(1)
})

describe("two at once", () => {
  test("skip each other's rows and remove each of them once", async () => {
    const ids = await createPrograms(600, addDuration(now, -days(31)))
    await createFlows(1500, addDuration(now, -days(1)))
    let total = 0
    for (let round = 0; round < 4; round++) {
      const counts = await Promise.all([cleanUp(now), cleanUp(now), cleanUp(now)])
      total += counts.reduce((sum, count) => sum + count)
    }
    expect(total).toBe(2700)
    expect(await countSessions(ids)).toBe(0)
  })

  test("a row that somebody works on is left to them, and not waited for", async () => {
    const [locked, free] = await createPrograms(2, addDuration(now, -days(31)))
    await createFlows(2, addDuration(now, -days(1)))
    await db().$transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM refresh_tokens WHERE session_id = ${locked} FOR UPDATE`
      await tx.$executeRaw`SELECT FROM login_flows LIMIT 1 FOR UPDATE`
      // Over its limit of 2 seconds, a wait for a lock would throw.
      expect(await cleanUp(now)).toBe(3)
    })
    expect(await countSessions([locked ?? "", free ?? ""])).toBe(1)
    expect(await cleanUp(now)).toBe(3)
  })

  test("a refresh goes on while a backlog leaves, and its family stays whole", async () => {
    await createPrograms(3000, addDuration(now, -days(31)))
    const program = await createProgram(await createPerson())
    let { refreshToken } = program
    let isClean = false
    const cleaning = (async () => {
      while ((await cleanUp(now)) > 0);
      isClean = true
    })()
    let generation = 1
    // One sign-in refreshes so often a minute at most.
    const { limit } = policies.refresh()
    for (; !isClean && generation < limit; generation++)
      refreshToken = (await refreshTokens(source, { refreshToken })).refreshToken
    await cleaning
    expect(await countTokens([program.sessionId])).toBe(generation)
  })
})

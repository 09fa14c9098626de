import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { db } from "../db"
import { deferredTasks } from "../defer"
import { addDuration, days, minutes, seconds } from "../duration"
import { auditActionsOn, createPerson, createProgram, createSession } from "../testing/factories"
import { source } from "../testing/request-source"
import { openBrowserSession } from "./browser-sign-in"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { sessionEnd, sessionTimes, whereLive } from "./session-end"
import { listLiveSessions, revokeOtherSessions, revokeSession } from "./session-list"
import { getSession, signOut } from "./sessions"

const now = new Date()

describe("getSession", () => {
  test("knows a session by its cookie's token and by nothing else", async () => {
    const { token, caller } = await createPerson()
    expect(await getSession(token, now)).toMatchObject({ id: caller.sessionId, user: { id: caller.user.id } })
    const { tokenHash } = await db().session.findUniqueOrThrow({
      where: { id: caller.sessionId },
      select: { tokenHash: true },
    })
    for (const text of [
      generateOpaqueToken(),
      Buffer.from(tokenHash ?? []).toString("base64url"),
      "",
      token.slice(1),
    ]) {
      expect(await getSession(text, now)).toBeNull()
    }
  })

  test("stores the token hashed, and reads never bring the hash along", async () => {
    const { token, caller } = await createPerson()
    const row = await db().session.findUniqueOrThrow({ where: { id: caller.sessionId } })
    expect(row).not.toHaveProperty("tokenHash")
    expect(JSON.stringify(row)).not.toContain(token)
    expect(await db().session.count({ where: { tokenHash: hashToken(token) } })).toBe(1)
  })

  test.each([
    [
      "past its absolute limit, however much it was used",
      { expiresAt: addDuration(now, -1), lastSeenAt: now },
    ],
    ["past its idle limit", { lastSeenAt: addDuration(now, -days(7)) }],
    ["ended", { endedAt: now }],
  ])("does not know one that is %s", async (_name, overrides) => {
    const { caller } = await createPerson()
    const { token } = await createSession(caller.user.id, caller.organization.id, overrides)
    expect(await getSession(token, now)).toBeNull()
  })

  test("does not know the session of a disabled person", async () => {
    const { token, caller } = await createPerson()
    await db().user.update({ where: { id: caller.user.id }, data: { disabledAt: now } })
    expect(await getSession(token, now)).toBeNull()
  })

  test("moves the last use forward once a minute, and the end never", async () => {
    const { caller } = await createPerson()
    const lastSeenAt = addDuration(now, -minutes(2))
    const { id, token } = await createSession(caller.user.id, caller.organization.id, { lastSeenAt })
    const seen = () =>
      db().session.findUniqueOrThrow({ where: { id }, select: { lastSeenAt: true, expiresAt: true } })
    const before = await seen()

    await getSession(token, now)
    await deferredTasks()
    expect(await seen()).toEqual({ lastSeenAt: now, expiresAt: before.expiresAt })

    await getSession(token, addDuration(now, seconds(30)))
    await deferredTasks()
    expect((await seen()).lastSeenAt).toEqual(now)
  })
})

describe("signOut", () => {
  test("ends it once and records it once, also when two sign-outs meet", async () => {
    const { token, caller } = await createPerson()
    await Promise.all([signOut(source, token), signOut(source, token)])
    expect(await getSession(token, new Date())).toBeNull()
    expect(await auditActionsOn(caller.sessionId)).toEqual(["session.ended"])
  })
})

describe("the hundred and first sign-in of one person", () => {
  test("ends the one used longest ago, by reason `limit`, and no other person's", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    const { caller } = person
    const create = (minutesAgo: number) => {
      const lastSeenAt = addDuration(new Date(), -minutes(minutesAgo))
      return createSession(caller.user.id, caller.organization.id, { lastSeenAt })
    }
    const [oldest, secondOldest] = [await create(60), await create(59)]
    const ended = await createSession(caller.user.id, caller.organization.id, { endedAt: new Date() })
    for (let count = 0; count < 96; count++) await create(30)
    const hundredth = await createProgram(person)
    expect((await endOf(oldest.id)).endedAt).toBeNull()

    const newest = await createProgram(person)
    expect((await endOf(oldest.id)).endReason).toBe("limit")
    expect(await auditActionsOn(oldest.id)).toEqual(["session.ended"])
    for (const id of [secondOldest.id, hundredth.sessionId, newest.sessionId, other.caller.sessionId])
      expect((await endOf(id)).endedAt).toBeNull()
    expect(await auditActionsOn(ended.id)).toEqual([])

    await Promise.all(Array.from({ length: 5 }, () => createProgram(person)))
    await createProgram(person)
    const where = { userId: caller.user.id, ...whereLive(new Date()) }
    expect(await db().session.count({ where })).toBe(100)
  })

  test("that awaits a second factor ends none that has it, and finds room beside a hundred of those", async () => {
    const { caller } = await createPerson()
    const { user, organization } = caller
    const secondFactorSince = addDuration(now, -minutes(1))
    await db().user.update({ where: { id: user.id }, data: { secondFactorSince } })
    for (let count = 0; count < 99; count++) await createSession(user.id, organization.id)
    const signInHalf = () => {
      const proof = { amr: ["google"], authTime: new Date(), replaces: { token: null } }
      return db().$transaction((tx) => openBrowserSession(tx, source, { userId: user.id, ...proof }))
    }
    const [oldest, ...others] = [await signInHalf(), await signInHalf()]
    const waiting = { secondFactorPending: true, endedAt: null }
    expect(await getSession(oldest.token)).toMatchObject(waiting)
    for (let count = others.length; count < 100; count++) others.push(await signInHalf())
    expect(await getSession(oldest.token)).toBeNull()
    for (const { token } of others) expect(await getSession(token)).toMatchObject(waiting)
    const where = { userId: user.id, secondFactorPending: false, ...whereLive(new Date()) }
    expect(await db().session.count({ where })).toBe(100)
  })
})

function endOf(id: string) {
  return db().session.findUniqueOrThrow({ where: { id }, select: { endedAt: true, endReason: true } })
}

describe("sessionEnd and whereLive", () => {
  const idleLimit = days(7)
  /** Around a limit, where the two could differ, and anywhere. */
  const around = (limit: number) =>
    fc.oneof(
      fc.constantFrom(-1, 0, 1).map((offset) => limit + offset),
      fc.integer({ min: -days(40), max: days(40) }),
    )
  const times = fc.record({
    clientId: fc.constantFrom(null, "cli"),
    lastSeenAt: around(-idleLimit),
    expiresAt: around(0),
    endedAt: fc.option(around(0), { freq: 3 }),
  })

  test("agree on every row of somebody who is not disabled", async () => {
    const { caller } = await createPerson()
    const live: boolean[] = []
    const rows = fc.asyncProperty(times, async ({ clientId, lastSeenAt, expiresAt, endedAt }) => {
      const { id } = await db().session.create({
        data: {
          clientId,
          tokenHash: clientId ? null : hashToken(generateOpaqueToken()),
          userId: caller.user.id,
          organizationId: caller.organization.id,
          authTime: now,
          lastSeenAt: addDuration(now, lastSeenAt),
          expiresAt: addDuration(now, expiresAt),
          endedAt: endedAt === null ? null : addDuration(now, endedAt),
        },
      })
      const session = await db().session.findUniqueOrThrow({ where: { id }, select: sessionTimes })
      const isLive = sessionEnd(session, now) === null
      live.push(isLive)
      expect(await db().session.count({ where: { id, ...whereLive(now) } })).toBe(isLive ? 1 : 0)
    })
    await fc.assert(rows, { numRuns: 300 })
    expect(new Set(live).size).toBe(2)
  })
})

describe("listLiveSessions", () => {
  test("shows the person's own live sessions and which one asks", async () => {
    const { caller } = await createPerson()
    const other = await createSession(caller.user.id, caller.organization.id)
    await createSession(caller.user.id, caller.organization.id, { endedAt: now })
    await createPerson({ organizationId: caller.organization.id })
    const sessions = await listLiveSessions(caller)
    expect(new Map(sessions.map(({ id, current }) => [id, current]))).toEqual(
      new Map([
        [caller.sessionId, true],
        [other.id, false],
      ]),
    )
  })
})

describe("revokeSession", () => {
  test("ends another session of the person and records it", async () => {
    const { caller } = await createPerson()
    const { id, token } = await createSession(caller.user.id, caller.organization.id)
    await revokeSession(caller, { id })
    expect(await getSession(token, new Date())).toBeNull()
    const events = await db().auditEvent.findMany({ where: { targetId: id } })
    expect(events).toMatchObject([
      { action: "session.ended", details: { reason: "revoked", stepUp: "sign_in" } },
    ])
  })

  test("of somebody else is the same 404 as of nobody, and changes nothing", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const foreign = await revokeSession(ada.caller, { id: grace.caller.sessionId }).catch(
      (error: unknown) => error,
    )
    const missing = await revokeSession(ada.caller, { id: "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B" }).catch(
      (error: unknown) => error,
    )
    expect(foreign).toMatchObject({ code: "not_found" })
    expect(String(foreign)).toBe(String(missing))
    expect(await getSession(grace.token, now)).not.toBeNull()
  })
})

test("revokeOtherSessions ends every session but the one that asks", async () => {
  const { caller, token } = await createPerson()
  const others = [
    await createSession(caller.user.id, caller.organization.id),
    await createSession(caller.user.id, caller.organization.id),
  ]
  expect(await revokeOtherSessions(caller)).toBe(2)
  expect(await getSession(token, now)).not.toBeNull()
  for (const other of others) expect(await getSession(other.token, now)).toBeNull()
})

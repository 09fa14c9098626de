import { describe, expect, test } from "vitest"
import { db } from "../db"
import { deferredTasks } from "../defer"
import { addDuration, days, minutes, seconds } from "../duration"
import { auditActionsOn, createPerson, createSession } from "../testing/factories"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { listLiveSessions, revokeOtherSessions, revokeSession } from "./session-list"
import { getSession, signOut } from "./sessions"

const source = { requestId: "test-request", clientAddress: "192.0.2.1", userAgent: "test" }
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
    expect(await auditActionsOn(id)).toEqual(["session.ended"])
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

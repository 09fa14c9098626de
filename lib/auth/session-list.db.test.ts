import { describe, expect, test } from "vitest"
import { DELETE as revoke } from "@/app/api/v1/sessions/[id]/route"
import { POST as revokeOthers } from "@/app/api/v1/sessions/revoke-others/route"
import { GET as list } from "@/app/api/v1/sessions/route"
import type { Role, SessionEndReason } from "@/prisma/generated/enums"
import { db } from "../db"
import { addDuration, days, seconds } from "../duration"
import {
  auditActionsOn,
  createKey,
  createPerson,
  createProgram,
  createSession,
  type Person,
} from "../testing/factories"
import { source } from "../testing/request-source"
import { call, fromOurPages } from "../testing/requests"
import { hashToken } from "./opaque-token"
import { refreshTokens } from "./refresh-tokens"
import {
  acknowledgeReuseAlarms,
  canRevokeSessionsOf,
  listEndedSessions,
  listLiveSessions,
  listReuseAlarms,
  listSessions,
  revokeMemberSessions,
} from "./session-list"

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code: string }) => error.code,
  )

function endOf(id: string) {
  return db().session.findUniqueOrThrow({ where: { id }, select: { endedAt: true, endReason: true } })
}

/** A program of the person's whose refresh token was used again, too late. */
async function createReusedProgram(person: Person) {
  const program = await createProgram(person)
  await refreshTokens(source, program)
  await db().refreshToken.update({
    where: { hash: hashToken(program.refreshToken) },
    data: { usedAt: addDuration(new Date(), -seconds(11)) },
  })
  await refreshTokens(source, program).catch(() => undefined)
  return program
}

describe("GET /sessions", () => {
  test("shows the person's browsers and programs, newest first, page by page, and nobody else's", async () => {
    const person = await createPerson()
    await createPerson({ organizationId: person.caller.organization.id })
    const ids = [person.caller.sessionId]
    for (let index = 0; index < 4; index++) ids.unshift((await createProgram(person)).sessionId)

    const seen = []
    let path = "/api/v1/sessions?limit=2"
    for (let more = true; more; ) {
      const { status, body } = await call(list, { path, headers: { cookie: person.cookie } })
      expect(status).toBe(200)
      seen.push(...body.data)
      more = body.has_more
      path = `/api/v1/sessions?limit=2&cursor=${body.next_cursor}`
      expect(body.next_cursor === null).toBe(!more)
    }
    expect(seen.map(({ id }) => id)).toEqual(ids)
    expect(seen[0]).toEqual({
      id: ids[0],
      client: { id: "cli", name: "Command line" },
      status: "active",
      current: false,
      device: "test",
      ip_address: "192.0.2.1",
      user_agent: "test",
      created_at: expect.any(String),
      last_seen_at: expect.any(String),
      expires_at: expect.any(String),
      ended_at: null,
      end_reason: null,
    })
    expect(seen.at(-1)).toMatchObject({ client: null, current: true })
  })

  test("says why each ended: as recorded, or as its times say", async () => {
    const { caller, cookie } = await createPerson()
    const now = new Date()
    const create = (overrides: object) => createSession(caller.user.id, caller.organization.id, overrides)
    const reasons: SessionEndReason[] = [
      "signed_out",
      "replaced",
      "revoked",
      "reuse_detected",
      "key_retired",
      "admin",
      "limit",
    ]
    for (const endReason of reasons) await create({ endedAt: now, endReason })
    await create({ expiresAt: now, lastSeenAt: now })
    await create({ lastSeenAt: addDuration(now, -days(8)) })
    const { body } = await call(list, { headers: { cookie } })
    const told = body.data.map((session: { status: string; end_reason: string | null }) => session.end_reason)
    expect(told).toEqual(["idle", "expired", ...reasons.reverse(), null])
    expect(body.data.filter(({ status }: { status: string }) => status === "active")).toHaveLength(1)
    expect(body.data[0].ended_at).toBe(addDuration(now, -days(1)).toISOString())
    expect(body.data[1].ended_at).toBe(now.toISOString())
  })
})

describe("DELETE /sessions/{id}", () => {
  const end = (headers: Record<string, string>, id: string) =>
    call(revoke, { method: "DELETE", headers, params: { id } })

  test("ends another sign-in of the person, with its tokens, and records it once", async () => {
    const person = await createPerson()
    const { sessionId, bearer } = await createProgram(person)
    const answer = await end(fromOurPages(person.cookie), sessionId)
    expect(answer).toMatchObject({ status: 200, body: { status: "ended", end_reason: "revoked" } })
    expect((await call(list, { headers: bearer })).status).toBe(401)
    const again = await end(fromOurPages(person.cookie), sessionId)
    expect(again).toMatchObject({ status: 200, body: answer.body })
    expect(await auditActionsOn(sessionId)).toEqual(["session.created", "session.ended"])
  })

  test("ends the very one that asks, which then asks no more", async () => {
    const { sessionId, bearer } = await createProgram(await createPerson())
    expect(await end(bearer, sessionId)).toMatchObject({ status: 200, body: { current: true } })
    expect((await end(bearer, sessionId)).status).toBe(401)
  })

  test("leaves one that has ended as it is, with its own reason", async () => {
    const person = await createPerson()
    const { sessionId } = await createReusedProgram(person)
    const answer = await end(fromOurPages(person.cookie), sessionId)
    expect(answer).toMatchObject({ status: 200, body: { end_reason: "reuse_detected" } })
  })

  test("of somebody else is the same 404 as of nobody and of no id, and changes nothing", async () => {
    const [ada, grace] = [await createPerson(), await createPerson()]
    const colleague = await createPerson({ organizationId: ada.caller.organization.id })
    const bodies = new Set<string>()
    const ids = [grace.caller.sessionId, colleague.caller.sessionId, "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B", "x", ""]
    for (const id of ids) {
      const { status, body } = await end(fromOurPages(ada.cookie), id)
      const { request_id: _, ...rest } = body
      bodies.add(JSON.stringify([status, rest]))
    }
    expect([...bodies]).toEqual([expect.stringContaining("[404,")])
    for (const { caller } of [grace, colleague]) expect((await endOf(caller.sessionId)).endedAt).toBeNull()
  })
})

test("POST /sessions/revoke-others ends all but the one that asks, and says how many", async () => {
  const person = await createPerson()
  const programs = [await createProgram(person), await createProgram(person)]
  const asking = await createProgram(person)
  const stranger = await createPerson({ organizationId: person.caller.organization.id })
  const answer = await call(revokeOthers, { method: "POST", headers: asking.bearer })
  expect(answer).toMatchObject({ status: 200, body: { revoked: 3 } })
  for (const id of [person.caller.sessionId, ...programs.map(({ sessionId }) => sessionId)])
    expect((await endOf(id)).endReason).toBe("revoked")
  for (const id of [asking.sessionId, stranger.caller.sessionId]) expect((await endOf(id)).endedAt).toBeNull()
  const again = await call(revokeOthers, { method: "POST", headers: asking.bearer })
  expect(again.body).toEqual({ revoked: 0 })
})

describe("403", () => {
  const calls = (headers: Record<string, string>, id: string) => [
    call(list, { headers }),
    call(revoke, { method: "DELETE", headers, params: { id } }),
    call(revokeOthers, { method: "POST", headers }),
  ]

  test("for an API key, whatever its scopes", async () => {
    const person = await createPerson()
    const { secret } = await createKey(person, { scopes: ["sessions:read", "sessions:write"] })
    for (const answer of calls({ "x-api-key": secret }, person.caller.sessionId))
      expect(await answer).toMatchObject({ status: 403, body: { code: "forbidden" } })
    expect((await endOf(person.caller.sessionId)).endedAt).toBeNull()
  })

  test("for an access token without the scope, which is told which one", async () => {
    const person = await createPerson()
    const reader = await createProgram(person, { scope: ["sessions:read"] })
    const writer = await createProgram(person, { scope: ["sessions:write"] })
    const neither = await createProgram(person, { scope: ["ai:invoke"] })
    const statuses = async ({ bearer, sessionId }: typeof reader) =>
      (await Promise.all(calls(bearer, sessionId))).map(({ status, headers }) => [
        status,
        /scope="(.*)"/.exec(headers.get("www-authenticate") ?? "")?.[1],
      ])
    const [read, write] = [
      [403, "sessions:read"],
      [403, "sessions:write"],
    ]
    const done = [200, undefined]
    expect(await statuses(reader)).toEqual([done, write, write])
    expect(await statuses(neither)).toEqual([read, write, write])
    const { status, headers } = await call(list, { headers: writer.bearer })
    expect([status, headers.get("www-authenticate")]).toEqual([
      403,
      expect.stringContaining('scope="sessions:read"'),
    ])
    await statuses(writer)
    expect((await endOf(writer.sessionId)).endReason).toBe("revoked")
  })

  test("for the cookie of a person whom another site sends", async () => {
    const { cookie, caller } = await createPerson()
    const headers = { cookie, origin: "https://elsewhere.test" }
    for (const answer of calls(headers, caller.sessionId).slice(1))
      expect(await answer).toMatchObject({ status: 403, body: { code: "origin_not_allowed" } })
  })
})

describe("revokeMemberSessions", () => {
  test("ends the member's sign-ins to this organization and no others, as the admin's deed", async () => {
    const admin = await createPerson({ role: "admin" })
    const organizationId = admin.caller.organization.id
    const member = await createPerson({ role: "member", organizationId })
    const userId = member.caller.user.id
    const program = await createProgram(member)
    const elsewhere = await createPerson()
    const place = { organizationId: elsewhere.caller.organization.id, userId }
    await db().membership.create({ data: { ...place, role: "owner" } })
    const other = await createSession(userId, place.organizationId)

    expect(await revokeMemberSessions(admin.caller, { userId })).toBe(2)
    for (const id of [member.caller.sessionId, program.sessionId]) {
      expect((await endOf(id)).endReason).toBe("admin")
      const events = await db().auditEvent.findMany({ where: { targetId: id, action: "session.ended" } })
      expect(events).toMatchObject([
        { actorType: "user", actorId: admin.caller.user.id, organizationId, details: { reason: "admin" } },
      ])
    }
    for (const id of [other.id, admin.caller.sessionId]) expect((await endOf(id)).endedAt).toBeNull()
    expect(await revokeMemberSessions(admin.caller, { userId })).toBe(0)
  })

  test.each([
    ["an owner", "a member", true],
    ["an owner", "another owner", true],
    ["an admin", "another admin", true],
    ["an admin", "an owner", false],
  ] as const)("by %s of %s: %s", async (who, whom, isAllowed) => {
    const roleOf = (words: string) => (words.split(" ")[1] ?? "") as Role
    const { caller } = await createPerson({ role: roleOf(who) })
    const organizationId = caller.organization.id
    const other = await createPerson({ role: roleOf(whom), organizationId })
    const { id } = other.caller.user
    const revoking = revokeMemberSessions(caller, { userId: id })
    expect(await codeOf(revoking)).toBe(isAllowed ? "ok" : "forbidden")
    expect((await endOf(other.caller.sessionId)).endReason).toBe(isAllowed ? "admin" : null)
    expect(canRevokeSessionsOf(caller, { id, role: roleOf(whom) })).toBe(isAllowed)
  })

  test("is not for one's own", async () => {
    const { caller } = await createPerson()
    expect(await codeOf(revokeMemberSessions(caller, { userId: caller.user.id }))).toBe("forbidden")
    expect(canRevokeSessionsOf(caller, { id: caller.user.id, role: caller.role })).toBe(false)
    expect((await endOf(caller.sessionId)).endedAt).toBeNull()
  })

  test("is refused to a member, to a narrowed token and for who does not belong to the organization", async () => {
    const owner = await createPerson()
    const organizationId = owner.caller.organization.id
    const member = await createPerson({ role: "member", organizationId })
    const [{ userId }, stranger] = [{ userId: member.caller.user.id }, await createPerson()]
    const narrowed = { ...owner.caller, scopes: ["members:read", "sessions:write"] }
    expect(await codeOf(revokeMemberSessions(member.caller, { userId: owner.caller.user.id }))).toBe(
      "forbidden",
    )
    expect(await codeOf(revokeMemberSessions(narrowed, { userId }))).toBe("forbidden")
    for (const unknown of [stranger.caller.user.id, "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"])
      expect(await codeOf(revokeMemberSessions(owner.caller, { userId: unknown }))).toBe("not_found")
    for (const { caller } of [owner, member, stranger])
      expect((await endOf(caller.sessionId)).endedAt).toBeNull()
  })
})

describe("an alarm", () => {
  test("is raised by reuse alone, and stays until the person has seen it", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    const { sessionId } = await createReusedProgram(person)
    await createSession(person.caller.user.id, person.caller.organization.id, { endedAt: new Date() })
    await createReusedProgram(other)

    const alarms = await listReuseAlarms(person.caller)
    expect(alarms).toMatchObject([{ id: sessionId, endReason: "reuse_detected", client: { id: "cli" } }])
    const until = new Date()
    await acknowledgeReuseAlarms(person.caller, { until })
    expect(await listReuseAlarms(person.caller)).toEqual([])
    expect(await listReuseAlarms(other.caller)).toHaveLength(1)
    await acknowledgeReuseAlarms(person.caller, { until })
    const acknowledged = (await auditActionsOn(sessionId)).filter(
      (name) => name === "reuse_alarm.acknowledged",
    )
    expect(acknowledged).toHaveLength(1)

    const next = await createReusedProgram(person)
    expect((await listReuseAlarms(person.caller)).map(({ id }) => id)).toEqual([next.sessionId])
  })

  test("that came after those the person was shown stays", async () => {
    const person = await createPerson()
    await createReusedProgram(person)
    const [shown] = await listReuseAlarms(person.caller)
    const unseen = await createReusedProgram(person)
    await acknowledgeReuseAlarms(person.caller, { until: shown?.endedAt ?? new Date(0) })
    expect((await listReuseAlarms(person.caller)).map(({ id }) => id)).toEqual([unseen.sessionId])
  })

  test("is no news any more after 30 days", async () => {
    const person = await createPerson()
    const { sessionId } = await createReusedProgram(person)
    const endedAt = addDuration(new Date(), -days(30))
    await db().session.update({ where: { id: sessionId }, data: { endedAt } })
    expect(await listReuseAlarms(person.caller)).toEqual([])
  })
})

test("live and ended sign-ins together are all there are, each in its own order", async () => {
  const { caller } = await createPerson()
  const now = new Date()
  const create = async (overrides: object) =>
    (await createSession(caller.user.id, caller.organization.id, overrides)).id
  const endedLast = await create({ endedAt: now, endReason: "revoked" })
  const endedFirst = await create({ endedAt: addDuration(now, -days(2)), endReason: "revoked" })
  const expired = await create({ expiresAt: addDuration(now, -days(1)) })
  const usedLongAgo = await create({ lastSeenAt: addDuration(now, -days(3)) })
  const [live, ended] = [await listLiveSessions(caller), await listEndedSessions(caller)]
  expect(live.map(({ id }) => id)).toEqual([caller.sessionId, usedLongAgo])
  expect(ended.map(({ id }) => id)).toEqual([endedLast, expired, endedFirst])
  const { items } = await listSessions(caller)
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set([...live, ...ended].map(({ id }) => id)))
})

test("every verb is refused to a token without its scope", async () => {
  const { caller } = await createPerson()
  const nothing = { ...caller, scopes: [] }
  for (const read of [listSessions, listLiveSessions, listEndedSessions, listReuseAlarms])
    expect(await codeOf(read({ ...nothing, scopes: ["sessions:write"] }))).toBe("forbidden")
  const reader = { ...nothing, scopes: ["sessions:read"] }
  expect(await codeOf(acknowledgeReuseAlarms(reader, { until: new Date() }))).toBe("forbidden")
})

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { POST as createKeyRoute } from "@/app/api/v1/api-keys/route"
import { POST as stepUpPost } from "@/app/api/v1/auth/step-up/route"
import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, days, minutes, seconds } from "../duration"
import { stopClock, wait } from "../testing/clock"
import { codeOf } from "../testing/code-of"
import {
  auditActionsOn,
  createBrowser,
  createKey,
  createPerson,
  createProgram,
  type Person,
} from "../testing/factories"
import { source } from "../testing/request-source"
import { call, fromOurPages } from "../testing/requests"
import { addTotp, callerBy, pendingBy, userBy } from "../testing/second-factors"
import { verifyAccessToken } from "./access-token"
import type { UserCaller } from "./caller"
import { refreshTokens } from "./refresh-tokens"
import { signOut } from "./sessions"
import { requireStepUp } from "./step-up"
import { stepUp } from "./step-up-session"

beforeEach(() => void stopClock())
afterEach(() => vi.useRealTimers())

function isOpen(caller: UserCaller): boolean {
  try {
    requireStepUp(caller)
    return true
  } catch {
    return false
  }
}

async function appOwner() {
  const person = await createPerson()
  return { person, app: await addTotp(person) }
}

const sessionOf = (id: string) => db().session.findUniqueOrThrow({ where: { id } })

const makeKey = (headers: Record<string, string>) =>
  call(createKeyRoute, { method: "POST", headers, body: { name: "New" } })

const give = (headers: Record<string, string>, body: object) =>
  call(stepUpPost, { method: "POST", headers, body })

describe("POST /auth/step-up", () => {
  test("opens to a browser what was refused, with a new cookie; the old one is dead", async () => {
    const { person, app } = await appOwner()
    const { sessionId, cookie } = await createBrowser(person)
    const refused = await makeKey(fromOurPages(cookie))
    expect(refused).toMatchObject({ status: 403, body: { code: "step_up_required" } })

    const answer = await give(fromOurPages(cookie), { code: app.code() })
    expect(answer).toMatchObject({ status: 200, body: { method: "totp" } })
    expect(answer.body.expires_at).toBe(addDuration(currentTime(), minutes(10)).toISOString())
    expect(answer.headers.get("cache-control")).toContain("no-store")
    const [line = "", ...others] = answer.headers.getSetCookie()
    expect(others).toEqual([])
    expect(line).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
    const fresh = line.split(";")[0] ?? ""
    expect(fresh.split("=")[0]).toBe(cookie.split("=")[0])
    expect(await sessionOf(sessionId)).toMatchObject({ amr: ["google", "otp", "mfa"], endedAt: null })

    expect((await makeKey(fromOurPages(cookie))).status).toBe(401)
    expect((await makeKey(fromOurPages(fresh))).status).toBe(201)
    expect(await auditActionsOn(sessionId)).toEqual(["session.stepped_up"])
  })

  test("opens to a program what was refused, with the tokens it has", async () => {
    const { person, app } = await appOwner()
    const { bearer, sessionId, refreshToken } = await createProgram(person, {
      secondFactorAt: addDuration(currentTime(), -minutes(20)),
      secondFactorMethod: "passkey",
    })
    const refused = await makeKey(bearer)
    expect(refused).toMatchObject({ status: 401, body: { code: "insufficient_user_authentication" } })
    expect(refused.headers.get("www-authenticate")).toMatch(
      /^Bearer .*error="insufficient_user_authentication".*max_age=600$/,
    )
    const answer = await give(bearer, { code: app.code() })
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    expect((await makeKey(bearer)).status).toBe(201)

    const { accessToken } = await refreshTokens(source, { refreshToken })
    const claims = await verifyAccessToken(accessToken)
    expect(claims).toMatchObject({ sid: sessionId, amr: ["google", "otp", "mfa"] })
  })

  test("is written down with what is then done: by which proof", async () => {
    const { person } = await appOwner()
    const { bearer } = await createProgram(person, {
      secondFactorAt: currentTime(),
      secondFactorMethod: "totp",
    })
    const made = await makeKey(bearer)
    const byFactor = await db().auditEvent.findFirstOrThrow({ where: { targetId: made.body.key.id } })
    expect(byFactor.details).toMatchObject({ stepUp: "totp" })
    const plain = await makeKey(fromOurPages((await createPerson()).cookie))
    const bySignIn = await db().auditEvent.findFirstOrThrow({ where: { targetId: plain.body.key.id } })
    expect(bySignIn.details).toMatchObject({ stepUp: "sign_in" })
  })

  test("takes no time, counter or method from outside", async () => {
    const { person, app } = await appOwner()
    const forged = { expires_at: "2099-01-01T00:00:00Z", method: "passkey", counter: 9, last_step: 1, now: 1 }
    for (const [name, value] of Object.entries(forged)) {
      const answer = await give(fromOurPages(person.cookie), { code: app.code(), [name]: value })
      expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input" } })
    }
    expect((await sessionOf(person.caller.sessionId)).secondFactorAt).toBeNull()
  })

  test.each([
    ["nobody", async () => ({}), 401, "unauthenticated"],
    [
      "a browser sent by another site",
      async ({ cookie }: Person) => ({ cookie, origin: "https://elsewhere.test" }),
      403,
      "origin_not_allowed",
    ],
    [
      "a browser that does not say where from",
      async ({ cookie }: Person) => ({ cookie }),
      403,
      "origin_not_allowed",
    ],
    [
      "a key",
      async (person: Person) => ({ "x-api-key": (await createKey(person)).secret }),
      403,
      "forbidden",
    ],
    ["a key of nobody", async () => ({ "x-api-key": "sk_x" }), 401, "unauthenticated"],
  ] as const)("refuses %s before it looks at the body", async (_name, headersOf, status, code) => {
    const { person, app } = await appOwner()
    const headers: Record<string, string> = await headersOf(person)
    expect(await give(headers, {})).toMatchObject({ status, body: { code } })
    expect(await give(headers, { code: app.code() })).toMatchObject({ status, body: { code } })
    expect(await codeOf(stepUp(person.caller, { type: "code", code: app.code() }))).toBe("ok")
  })
})

describe("a sign-in that was stepped up", () => {
  test("is open alone: the person's other sign-ins are not", async () => {
    const { person, app } = await appOwner()
    const [browser, program] = [
      await createBrowser(person),
      await createProgram(person, {
        secondFactorAt: addDuration(currentTime(), -minutes(20)),
        secondFactorMethod: "totp",
      }),
    ]
    await stepUp(await userBy(person), { type: "code", code: app.code() })
    expect([isOpen(await userBy(browser)), isOpen(await userBy(program))]).toEqual([false, false])
  })

  test("is open for ten minutes, which neither use nor a refresh prolongs", async () => {
    const { person, app } = await appOwner()
    const program = await createProgram(person)
    await stepUp(await pendingBy(program), { type: "code", code: app.code() })
    const steppedUpAt = currentTime()
    wait(minutes(10) - seconds(1))
    expect(isOpen(await userBy(program))).toBe(true)
    const { accessToken } = await refreshTokens(source, { refreshToken: program.refreshToken })
    wait(seconds(1))
    for (const bearer of [program.bearer, { authorization: `Bearer ${accessToken}` }])
      expect(isOpen(await userBy({ bearer }))).toBe(false)
    expect((await sessionOf(program.sessionId)).secondFactorAt).toEqual(steppedUpAt)
  })

  test("is no use to the next sign-in after it was left", async () => {
    const { person, app } = await appOwner()
    await stepUp(await userBy(person), { type: "code", code: app.code() })
    await signOut(source, person.token)
    const next = await createProgram(person)
    expect((await callerBy(next)).type).toBe("pending_user")
    expect(await makeKey(next.bearer)).toMatchObject({ status: 401 })
  })

  test("is one with one cookie where two factors are given at once", async () => {
    const { person, app } = await appOwner()
    const caller = await userBy(person)
    const [first, second] = await Promise.allSettled([
      stepUp(caller, { type: "code", code: app.code(-1) }),
      stepUp(caller, { type: "code", code: app.code() }),
    ])
    const cookies = [first, second].flatMap((outcome) =>
      outcome?.status === "fulfilled" && outcome.value.cookie ? [outcome.value.cookie.token] : [],
    )
    const name = person.cookie.split("=")[0]
    const alive = await Promise.all(cookies.map((token) => codeOf(callerBy({ cookie: `${name}=${token}` }))))
    expect(alive.filter((answer) => answer === "ok")).toHaveLength(1)
  })

  test("cannot be one that has ended, and the code stays unused", async () => {
    const { person, app } = await appOwner()
    const caller = await userBy(person)
    await signOut(source, person.token)
    expect(await codeOf(stepUp(caller, { type: "code", code: app.code() }))).toBe("unauthenticated")
    expect(await sessionOf(caller.sessionId)).toMatchObject({ secondFactorAt: null })
    expect(
      await codeOf(stepUp(await userBy(await createBrowser(person)), { type: "code", code: app.code() })),
    ).toBe("ok")
  })

  test("keeps its absolute end and the time of sign-in", async () => {
    const { person, app } = await appOwner()
    const { sessionId, ...browser } = await createBrowser(person, {
      expiresAt: addDuration(currentTime(), days(1)),
    })
    const before = await sessionOf(sessionId)
    const { cookie } = await stepUp(await userBy(browser), { type: "code", code: app.code() })
    const { authTime, expiresAt } = await sessionOf(sessionId)
    expect([authTime, expiresAt, cookie?.expiresAt]).toEqual([
      before.authTime,
      before.expiresAt,
      before.expiresAt,
    ])
  })
})

describe("a fresh sign-in", () => {
  test("opens until the first factor is added, in every sign-in of the person", async () => {
    const person = await createPerson()
    expect(isOpen(await userBy(person))).toBe(true)
    await addTotp(person)
    expect(isOpen(await userBy(person))).toBe(false)
  })

  test.each([
    ["optional", true],
    ["step_up", false],
  ] as const)("where the policy is %s opens: %s", async (secondFactorPolicy, expected) => {
    const person = await createPerson()
    const { id } = person.caller.organization
    await db().organization.update({ where: { id }, data: { secondFactorPolicy }, select: { id: true } })
    expect(isOpen(await userBy(person))).toBe(expected)
  })

  test("is as old as the provider says, where that is older", async () => {
    const person = await createPerson()
    const passedOn = { providerAuthTime: addDuration(currentTime(), -minutes(11)) }
    expect(isOpen(await userBy(await createBrowser(person, passedOn)))).toBe(false)
  })
})

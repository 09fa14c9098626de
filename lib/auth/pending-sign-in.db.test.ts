import { describe, expect, test } from "vitest"
import { POST as stepUpPost } from "@/app/api/v1/auth/step-up/route"
import { db } from "../db"
import { addDuration, minutes } from "../duration"
import { apiOperations } from "../testing/api-operations"
import { codeOf } from "../testing/code-of"
import { documentedOperation } from "../testing/documented"
import { createBrowser, createKey, createPerson, createProgram, type Person } from "../testing/factories"
import { source } from "../testing/request-source"
import { call, fromOurPages } from "../testing/requests"
import { addPasskey, addTotp, callerBy, pendingBy, userBy } from "../testing/second-factors"
import { workingCall } from "../testing/working-calls"
import { startTotp } from "./factor-enrolment"
import { handleNextAuth } from "./next-auth"
import { refreshTokens } from "./refresh-tokens"
import { getSession, getSettledSession } from "./sessions"
import { handleSignOut } from "./sign-out"
import { introspectToken } from "./tokens"

const operations = (await apiOperations()).filter(
  (operation) => (documentedOperation(operation)?.security ?? []).length > 0,
)
const stepUpPath = "/api/v1/auth/step-up"

async function requireFactor({ caller }: Person): Promise<void> {
  await db().organization.update({
    where: { id: caller.organization.id },
    data: { secondFactorPolicy: "required" },
    select: { id: true },
  })
}

// The two ways to be it: a factor that was not given, and none where the organization requires one.
const pendingOwners: [string, () => Promise<Person>][] = [
  [
    "of who has not given theirs",
    async () => {
      const person = await createPerson()
      await addTotp(person)
      await db().session.update({
        where: { id: person.caller.sessionId },
        data: { secondFactorPending: true },
        select: { id: true },
      })
      return person
    },
  ],
  [
    "of who has none where one is required",
    async () => {
      const person = await createPerson()
      await requireFactor(person)
      return person
    },
  ],
]

describe.each(pendingOwners)("a sign-in %s", (_name, pendingOwner) => {
  test.each(operations.filter(({ path }) => path !== stepUpPath))(
    "does not open $method $path, neither of a browser nor of a program",
    async (operation) => {
      const { method, path, handler } = operation
      const person = await pendingOwner()
      const { bearer } = await createProgram(person)
      const request = { path, ...(await workingCall(operation, person)) }
      const answers = []
      for (const credential of [fromOurPages(person.cookie), bearer]) {
        const headers = { ...request.headers, ...credential }
        const { status, body } = await call(handler, { ...request, method, headers })
        answers.push([status, body.code])
      }
      expect(answers).toEqual([
        [403, "second_factor_required"],
        [401, "insufficient_user_authentication"],
      ])
    },
  )

  test("is nobody to next-auth and to who asks about its tokens", async () => {
    const person = await pendingOwner()
    const request = new Request("http://localhost:3000/api/auth/session", {
      headers: { cookie: person.cookie },
    })
    expect(await (await handleNextAuth(request)).json()).toBeNull()
    expect(await getSession(person.token)).not.toBeNull()
    expect(await getSettledSession(person.token)).toBeNull()
    const colleague = await createPerson({ organizationId: person.caller.organization.id })
    const { accessToken } = await createProgram(person)
    expect(await introspectToken(colleague.caller, accessToken)).toEqual({ active: false })
  })

  test("gets tokens by a refresh that reach nothing either", async () => {
    const person = await pendingOwner()
    const { refreshToken } = await createProgram(person)
    const { accessToken } = await refreshTokens(source, { refreshToken })
    const caller = await callerBy({ bearer: { authorization: `Bearer ${accessToken}` } })
    expect(caller.type).toBe("pending_user")
  })

  test("can be left", async () => {
    const person = await pendingOwner()
    const answer = await handleSignOut(
      new Request("http://localhost:3000/sign-out", {
        method: "POST",
        headers: fromOurPages(person.cookie),
      }),
    )
    expect(answer.status).toBeLessThan(400)
    expect(await codeOf(callerBy(person))).toBe("unauthenticated")
  })
})

describe("a factor that is given", () => {
  test("opens the sign-in of a browser, and of a program", async () => {
    const person = await createPerson()
    const app = await addTotp(person)
    const browser = await createBrowser(person, { secondFactorPending: true })
    const program = await createProgram(person)
    const answer = await call(stepUpPost, {
      method: "POST",
      headers: fromOurPages(browser.cookie),
      body: { code: app.code(-1) },
    })
    const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? ""
    expect([answer.status, (await userBy({ cookie })).sessionId]).toEqual([200, browser.sessionId])
    expect((await callerBy(program)).type).toBe("pending_user")
    const body = { code: app.code() }
    expect((await call(stepUpPost, { method: "POST", headers: program.bearer, body })).status).toBe(200)
    expect((await userBy(program)).sessionId).toBe(program.sessionId)
  })

  test("does not come by adding another", async () => {
    const person = await createPerson()
    await addPasskey(person)
    const pending = await pendingBy(await createBrowser(person, { secondFactorPending: true }))
    expect(await codeOf(startTotp(pending))).toBe("step_up_required")
  })
})

describe("an organization that comes to require a second factor", () => {
  test("closes the sign-ins that gave none, from their next request on, and leaves those that did", async () => {
    const person = await createPerson()
    await addTotp(person)
    const gaveOne = {
      secondFactorAt: addDuration(new Date(), -minutes(600)),
      secondFactorMethod: "totp",
    } as const
    const [browser, program] = [await createBrowser(person, gaveOne), await createProgram(person, gaveOne)]
    expect((await callerBy(person)).type).toBe("user")
    await requireFactor(person)
    const types = await Promise.all([person, browser, program].map(async (who) => (await callerBy(who)).type))
    expect(types).toEqual(["pending_user", "user", "user"])
  })

  test("asks nothing of its keys, nor of the same person elsewhere", async () => {
    const [person, elsewhere] = [await createPerson(), await createPerson()]
    const { secret } = await createKey(person)
    const { id: userId } = person.caller.user
    const { id: organizationId } = elsewhere.caller.organization
    await db().membership.create({ data: { organizationId, userId, role: "member" } })
    await requireFactor(person)
    const { sessionId, ...browser } = await createBrowser(person)
    await db().session.update({ where: { id: sessionId }, data: { organizationId }, select: { id: true } })
    expect((await callerBy(browser)).type).toBe("user")
    const me = operations.find(({ path }) => path === "/api/v1/me")
    expect(me && (await call(me.handler, { headers: { "x-api-key": secret } })).status).toBe(200)
  })
})

import { afterEach, describe, expect, test, vi } from "vitest"
import { POST as finishPost } from "@/app/api/v1/auth/second-factor/route"
import { db } from "../db"
import { minutes } from "../duration"
import { removePassword } from "../passwords/password-change"
import { wait } from "../testing/clock"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, createPerson, type Person } from "../testing/factories"
import { google, setUp } from "../testing/hostile-provider-cases"
import {
  beginLogin,
  handleLogin,
  parametersIn,
  programQuery,
  programRedirectUri,
  redeem,
} from "../testing/hostile-provider-ways"
import { addPassword } from "../testing/passwords"
import { source } from "../testing/request-source"
import { call } from "../testing/requests"
import { addPasskey, addRecoveryCodes, addTotp, userBy } from "../testing/second-factors"
import { verifyAccessToken } from "./access-token"
import { unlinkAccount } from "./account-links"
import { loginCookie } from "./cookies"
import { requestFactorReset } from "./factor-resets"
import { finishHeldLogin, getHeldLogin, heldLoginPasskeyOptions } from "./login"
import { generateOpaqueToken } from "./opaque-token"
import { endProgramSessions } from "./program-sessions"
import { revokeOtherSessions } from "./session-list"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

afterEach(() => vi.useRealTimers())

const html = { accept: "text/html" }

/** Somebody who has an account at the provider and with us. */
async function knownPerson() {
  const person = await createPerson()
  const setting = await setUp(google, handleLogin)
  setting.setPerson({ subject: person.subject, email: person.caller.user.email })
  return { ...setting, person }
}

/** A sign-in that the provider has vouched for, of somebody who has an app. */
async function held(query: Record<string, string> = programQuery) {
  const { person, browser, newBrowser } = await knownPerson()
  const app = await addTotp(person)
  const { redirect_url } = await (await beginLogin(browser, { query })).json()
  const answer = await browser.get(await browser.visitProvider(redirect_url), html)
  const page = new URL(answer.headers.get("location") ?? "")
  const state = page.searchParams.get("login") ?? ""
  const browserToken = browser.cookies.get(loginCookie(state).name) ?? ""
  const key = { state, browserToken }
  return { person, app, browser, newBrowser, page, answer, state, key }
}

const post = (cookie: string | undefined, body: object, headers: Record<string, string> = {}) =>
  call(finishPost, { method: "POST", headers: { ...(cookie ? { cookie } : {}), ...headers }, body })

const cookieIn = (browser: { cookies: Map<string, string> }) =>
  [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ")

const byCode = (code: string) => ({ type: "code", code }) as const

const openedFor = ({ caller }: Person) =>
  Promise.all([
    db().authorizationCode.count({ where: { userId: caller.user.id } }),
    db().session.count({ where: { userId: caller.user.id, clientId: { not: null } } }),
  ])

describe("a program's sign-in whose person has a second factor", () => {
  test("goes to our page, in the same browser, and nothing is opened", async () => {
    const { person, answer, page, state, browser } = await held()
    expect([answer.status, page.origin + page.pathname]).toEqual([
      303,
      "http://localhost:3000/sign-in/second-factor",
    ])
    expect(state).toMatch(/^[\w-]{43}$/)
    expect([...browser.cookies.keys()]).toEqual([loginCookie(state).name])
    expect(await openedFor(person)).toEqual([0, 0])
  })

  test("where the organization requires one the person has not, is held too", async () => {
    const { person, browser } = await knownPerson()
    const { id } = person.caller.organization
    await db().organization.update({
      where: { id },
      data: { secondFactorPolicy: "required" },
      select: { id: true },
    })
    const { redirect_url } = await (await beginLogin(browser)).json()
    const answer = await browser.get(await browser.visitProvider(redirect_url))
    expect(answer.headers.get("location")).toContain("/sign-in/second-factor?login=")
    expect(await openedFor(person)).toEqual([0, 0])
  })

  test("gets its code once the factor is given, which goes into the session and the token", async () => {
    const { person, app, browser, state } = await held()
    const finished = await post(
      cookieIn(browser),
      { state, code: app.code() },
      { origin: "http://localhost:3000" },
    )
    expect(finished.status).toBe(200)
    const url = new URL(finished.body.redirect_url)
    expect(url.href.startsWith(`${programRedirectUri}?`)).toBe(true)
    const { code = "", ...rest } = Object.fromEntries(url.searchParams)
    expect(rest).toEqual({ state: programQuery.state, iss: "http://localhost:3000" })
    expect(finished.headers.getSetCookie().join()).toMatch(/login-[\w-]{8}=;.*Max-Age=0/)

    const { accessToken } = await redeem(code)
    const claims = await verifyAccessToken(accessToken)
    expect(claims?.amr).toEqual(["google", "otp", "mfa"])
    const session = await db().session.findUniqueOrThrow({ where: { id: claims?.sid ?? "" } })
    expect(session).toMatchObject({
      secondFactorPending: false,
      secondFactorMethod: "totp",
      secondFactorAt: expect.any(Date),
    })
    const caller = await userBy({ bearer: { authorization: `Bearer ${accessToken}` } })
    expect(caller.user.id).toBe(person.caller.user.id)
  })

  test("is told a program that has no browser how to go on, and takes its factor without an Origin", async () => {
    const { person, browser } = await knownPerson()
    const app = await addTotp(person)
    const { redirect_url } = await (await beginLogin(browser)).json()
    const answer = await browser.get(await browser.visitProvider(redirect_url), {
      accept: "application/json",
    })
    expect(answer.status).toBe(400)
    const { error, error_uri } = await answer.json()
    expect(error).toBe("interaction_required")
    const state = new URL(error_uri).searchParams.get("login")
    const tokens = await post(cookieIn(browser), { state, code: app.code() })
    expect(tokens).toMatchObject({ status: 200, body: { token_type: "Bearer" } })
    expect(tokens.headers.get("cache-control")).toBe("no-store")
    expect(await openedFor(person)).toEqual([0, 1])
  })
})

describe("finishing it", () => {
  test("is for the browser that began it alone, and not for a page of another site", async () => {
    const { person, app, browser, newBrowser, state, key } = await held()
    const code = app.code()
    const other = newBrowser()
    other.cookies.set(loginCookie(state).name, generateOpaqueToken())
    for (const cookie of [undefined, cookieIn(other)])
      expect(await post(cookie, { state, code })).toMatchObject({ status: 409, body: { code: "conflict" } })
    const foreign = { origin: "https://elsewhere.test" }
    expect((await post(cookieIn(browser), { state, code }, foreign)).status).toBe(403)
    expect((await post(cookieIn(browser), { state: generateOpaqueToken(), code })).status).toBe(409)
    expect(await openedFor(person)).toEqual([0, 0])
    expect(await codeOf(finishHeldLogin(source, key, byCode(code)))).toBe("ok")
  })

  test("needs a right factor, and lets the person try again", async () => {
    const { person, app, key } = await held()
    const foreign = await addTotp(await createPerson())
    expect(await codeOf(finishHeldLogin(source, key, byCode(foreign.code())))).toBe("second_factor_refused")
    expect(await openedFor(person)).toEqual([0, 0])
    expect(await codeOf(finishHeldLogin(source, key, byCode(app.code())))).toBe("ok")
  })

  test("happens once: of two factors at once one gives a code, and the other stays unused", async () => {
    const { person, app, key } = await held()
    const [recoveryCode = ""] = await addRecoveryCodes(person)
    const answers = await Promise.all(
      [app.code(), recoveryCode].map((code) => codeOf(finishHeldLogin(source, key, byCode(code)))),
    )
    expect(answers.sort()).toEqual(["conflict", "ok"])
    expect(await openedFor(person)).toEqual([1, 0])
    const [apps, codes] = await Promise.all([
      db().totpFactor.count({ where: { id: app.id, lastStep: { not: null } } }),
      db().recoveryCode.count({ where: { userId: person.caller.user.id, usedAt: { not: null } } }),
    ])
    expect(apps + codes).toBe(1)
    expect(await codeOf(finishHeldLogin(source, key, byCode(app.code(-1))))).toBe("conflict")
  })

  test("is possible for a quarter of an hour from its beginning", async () => {
    const { app, key } = await held()
    wait(minutes(14))
    expect(await getHeldLogin(key)).not.toBeNull()
    wait(minutes(2))
    expect(await getHeldLogin(key)).toBeNull()
    expect(await codeOf(finishHeldLogin(source, key, byCode(app.code())))).toBe("conflict")
  })

  test("is over for somebody who is disabled meanwhile", async () => {
    const { person, app, key } = await held()
    const { id } = person.caller.user
    await db().user.update({ where: { id }, data: { disabledAt: new Date() }, select: { id: true } })
    expect(await codeOf(finishHeldLogin(source, key, byCode(app.code())))).toBe("conflict")
  })

  const endings: [string, (person: Person) => Promise<unknown>][] = [
    ["ends their other sign-ins", async ({ caller }) => revokeOtherSessions(caller)],
    [
      "unlinks the provider it came by",
      async (person) => {
        await addPassword(person)
        await unlinkAccount(person.caller, { provider: "google" })
      },
    ],
    [
      "removes a password",
      async (person) => {
        await addPassword(person)
        await removePassword(person.caller)
      },
    ],
    ["is signed out with every program there is", () => endProgramSessions("key_retired")],
  ]

  test.each(endings)("is over once the person %s", async (_what, end) => {
    const { person, app, key } = await held()
    await end(person)
    expect(await codeOf(finishHeldLogin(source, key, byCode(app.code())))).toBe("conflict")
    expect(await openedFor(person)).toEqual([0, 0])
  })

  test("takes a passkey to its own challenge, and to no other sign-in's", async () => {
    const [first, second] = [await held(), await held()]
    const { authenticator } = await addPasskey(first.person)
    const [own, foreign] = [await getHeldLogin(first.key), await getHeldLogin(second.key)]
    if (!own || !foreign) throw new Error("Nothing is held.")
    const give = async (login: typeof own) => {
      const response = authenticator.get(await heldLoginPasskeyOptions(login))
      return codeOf(finishHeldLogin(source, first.key, { type: "passkey", response }))
    }
    expect(await give(foreign)).toBe("second_factor_refused")
    expect(await give(own)).toBe("ok")
  })

  test("ends the wait of who said that all is lost", async () => {
    const { person, app, key } = await held()
    await requestFactorReset({ ...person.caller, type: "pending_user" })
    await finishHeldLogin(source, key, byCode(app.code()))
    const { id } = await db().factorReset.findFirstOrThrow({ where: { userId: person.caller.user.id } })
    expect((await auditActionsOn(id)).sort()).toEqual(["factor_reset.cancelled", "factor_reset.requested"])
  })
})

test("whoever has no second factor and needs none is not held", async () => {
  const { person, browser } = await knownPerson()
  const { redirect_url } = await (await beginLogin(browser, { query: programQuery })).json()
  const answer = await browser.get(await browser.visitProvider(redirect_url))
  expect(parametersIn(answer)).toMatchObject({ code: expect.any(String) })
  expect(await openedFor(person)).toEqual([1, 0])
})

test("max_age is handed on to the provider, whose word about the time is kept", async () => {
  const { person, browser, provider } = await knownPerson()
  const authTime = Math.floor(Date.now() / 1000) - 1200
  const { redirect_url } = await (await beginLogin(browser, { query: { max_age: "600" } })).json()
  expect(new URL(redirect_url).searchParams.get("max_age")).toBe("600")
  provider.arm({ claims: (claims) => ({ ...claims, auth_time: authTime }) })
  await browser.get(await browser.visitProvider(redirect_url))
  const session = await db().session.findFirstOrThrow({
    where: { userId: person.caller.user.id, clientId: { not: null } },
  })
  expect(session.providerAuthTime).toEqual(new Date(authTime * 1000))
})

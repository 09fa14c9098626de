import { beforeAll, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { Browser } from "../testing/browser"
import { createPerson, type Person } from "../testing/factories"
import { appUrl, google, rowsOf, setUp, stranger, testEveryFault } from "../testing/hostile-provider-cases"
import { faults } from "../testing/hostile-provider-faults"
import { throughNextAuth } from "../testing/hostile-provider-ways"
import { handleNextAuth } from "./next-auth"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

const sessionCookie = "latchkey.session"

const setting = () => setUp(google, handleNextAuth)

/** A browser that is at no provider. */
const newBrowser = () => new Browser(handleNextAuth, appUrl)

describe("a sign-in", () => {
  test("makes a person, an organization of their own and a session, and stores no token of the provider", async () => {
    const { browser, person } = await setting()
    const { location } = await browser.signIn()
    expect(location).toBe("/dashboard")

    const account = await db().account.findUniqueOrThrow({
      where: { provider_providerAccountId: { provider: "google", providerAccountId: person.subject } },
      include: { user: { include: { memberships: true, sessions: true } } },
    })
    expect(account.user.memberships).toMatchObject([{ role: "owner" }])
    expect(account.user.sessions).toMatchObject([{ amr: ["google"], endedAt: null }])
    expect(Object.keys(account).join()).not.toMatch(/token/)
    const actions = await db().auditEvent.findMany({
      where: { actorId: account.userId },
      orderBy: { id: "asc" },
    })
    expect(actions.map(({ action }) => action).sort()).toEqual(["session.created", "user.created"])
  })

  test("asks the provider with state, nonce, PKCE S256 and the three scopes, none of them ever twice", async () => {
    const { browser } = await setting()
    const requests = []
    for (let flow = 0; flow < 20; flow++) requests.push(new URL(await browser.beginSignIn()).searchParams)
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(new Set(requests.map((request) => request.get(name))).size).toBe(20)
    }
    expect(requests[0]?.get("scope")).toBe("openid email profile")
    expect(requests[0]?.get("code_challenge_method")).toBe("S256")
    expect(requests[0]?.get("redirect_uri")).toBe(`${appUrl}/api/auth/callback/google`)
  })

  test("returns to the page that was asked for, and never to another site", async () => {
    const { browser } = await setting()
    expect((await browser.signIn({ callbackUrl: "/dashboard/team" })).location).toBe("/dashboard/team")
    for (const callbackUrl of ["//evil.test", "https://evil.test", "javascript:alert(1)", "foo", "%"]) {
      expect((await browser.signIn({ callbackUrl })).location).toBe("/dashboard")
    }
  })

  test("keeps the account when the address changes, takes the new address over, and tells the old one", async () => {
    const { browser, person, setPerson } = await setting()
    await browser.signIn()
    setPerson({ ...person, email: `NEW-${person.email}` })
    expect((await browser.signIn()).location).toBe("/dashboard")
    const { user } = await db().account.findFirstOrThrow({
      where: { providerAccountId: person.subject },
      select: { user: true },
    })
    expect(user.email).toBe(`new-${person.email}`)
    const mails = await db().mail.findMany({ where: { to: person.email }, select: { subject: true } })
    expect(mails).toContainEqual({ subject: "The e-mail address of your account was changed" })
  })

  test("of one new person in two browsers at once makes one account", async () => {
    const { newBrowser, person } = await setting()
    const browsers = [newBrowser(), newBrowser()]
    const paths = await Promise.all(browsers.map((browser) => browser.visitProvider()))
    const responses = await Promise.all(browsers.map((browser, index) => browser.get(paths[index] ?? "")))
    expect(responses.map((response) => response.headers.get("location"))).toEqual([
      `${appUrl}/dashboard`,
      `${appUrl}/dashboard`,
    ])
    expect(await rowsOf(person)).toEqual([1, 1])
  })

  test("gives a session token of 256 bits and ends the session this browser had", async () => {
    const { browser } = await setting()
    await browser.signIn()
    const first = browser.cookies.get(sessionCookie)
    await browser.signIn()
    const second = browser.cookies.get(sessionCookie)
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(second).toMatch(/^[\w-]{43}$/)
    expect(second).not.toBe(first)
    browser.cookies.set(sessionCookie, first ?? "")
    expect(await (await browser.get("/api/auth/session")).json()).toBeNull()
  })
})

describe("a hostile provider", () => {
  testEveryFault(google, throughNextAuth)

  test.concurrent.each([
    ["access_denied", faults.access_denied],
    ["flow_expired", faults.state_altered],
    ["identity_refused", faults.signed_by_wrong_key],
    ["identity_refused", faults.nonce_wrong],
    ["email_not_verified", faults.email_unverified],
    ["provider_unavailable", faults.token_500],
    ["provider_unavailable", faults.token_html],
    ["provider_unavailable", faults.jwks_500],
  ])("is explained to the person as %s", async (code, fault) => {
    const { provider, browser } = await setting()
    provider.arm(fault)
    expect((await browser.signIn()).location).toContain(`/sign-in/error?code=${code}&`)
  })

  test("may rotate its keys between two sign-ins", async () => {
    const { provider, browser } = await setting()
    await browser.signIn()
    await provider.rotateKeys()
    expect((await browser.signIn()).location).toBe("/dashboard")
    expect(provider.requestsTo("jwks")).toHaveLength(2)
  })

  test("cannot drive us to fetch its keys again and again, nor keep others from signing in", async () => {
    const { provider, browser } = await setting()
    await browser.signIn()
    provider.arm(faults.kid_unknown)
    for (let attempt = 0; attempt < 20; attempt++) await browser.signIn()
    expect(provider.requestsTo("jwks").length).toBeLessThanOrEqual(4)
    provider.disarm()
    expect((await browser.signIn()).location).toBe("/dashboard")
  })
})

describe("somebody else", () => {
  test("who signs in while a person is signed in joins nobody, and the person stays", async () => {
    const { browser, person: ada, setPerson } = await setting()
    await browser.signIn()
    const session = browser.cookies.get(sessionCookie)

    const grace = stranger()
    setPerson(grace)
    expect((await browser.signIn()).location).toContain("/sign-in/error?code=already_signed_in&")
    expect(browser.cookies.get(sessionCookie)).toBe(session)
    expect(await rowsOf(grace)).toEqual([0, 0])
    expect(await db().account.count({ where: { user: { email: ada.email } } })).toBe(1)
  })

  test("with a known address and another subject is refused, not merged", async () => {
    const { newBrowser, person: ada, setPerson } = await setting()
    await newBrowser().signIn()
    const impostor = { ...stranger(), email: ada.email.toUpperCase() }
    setPerson(impostor)
    expect((await newBrowser().signIn()).location).toContain("/sign-in/error?code=account_exists&")
    expect(await rowsOf(impostor)).toEqual([0, 0])
  })

  test("keeps an address that a person moves to at the provider, who still comes in", async () => {
    const { newBrowser, person: ada, setPerson } = await setting()
    await newBrowser().signIn()
    const grace = stranger()
    setPerson(grace)
    await newBrowser().signIn()
    setPerson({ ...grace, email: ada.email })
    expect((await newBrowser().signIn()).location).toBe("/dashboard")
    const accounts = await db().account.findMany({
      where: { providerAccountId: { in: [ada.subject, grace.subject] } },
      orderBy: { createdAt: "asc" },
      select: { user: { select: { email: true } } },
    })
    expect(accounts.map(({ user }) => user.email)).toEqual([ada.email, grace.email])
  })

  test("cannot use a callback that another browser was sent to", async () => {
    const { newBrowser } = await setting()
    const [mine, theirs] = [newBrowser(), newBrowser()]
    const path = await mine.visitProvider()
    const replayed = await theirs.get(path)
    expect(replayed.headers.get("location")).toContain("code=flow_expired")
    expect((await mine.get(path)).headers.get("location")).toBe(`${appUrl}/dashboard`)
  })

  test("cannot load a callback a second time", async () => {
    const { browser, person } = await setting()
    const path = await browser.visitProvider()
    await browser.get(path)
    expect((await browser.get(path)).headers.get("location")).toContain("/sign-in/error?code=flow_expired")
    expect(await db().session.count({ where: { user: { email: person.email } } })).toBe(1)
  })
})

describe("a disabled person", () => {
  test("cannot come in, and what was open has ended", async () => {
    const { browser, person } = await setting()
    await browser.signIn()
    await db().user.update({ where: { email: person.email }, data: { disabledAt: new Date() } })
    expect(await (await browser.get("/api/auth/session")).json()).toBeNull()
    expect((await browser.signIn()).location).toContain("/sign-in/error?code=account_disabled&")
  })
})

describe("cookies", () => {
  test("of like names are neither joined nor taken for the session", async () => {
    const { browser } = await setting()
    await browser.signIn()
    const token = browser.cookies.get(sessionCookie) ?? ""
    browser.cookies.clear()
    browser.cookies.set(`${sessionCookie}.0`, token.slice(0, 20))
    browser.cookies.set(`${sessionCookie}.1`, token.slice(20))
    expect(await (await browser.get("/api/auth/session")).json()).toBeNull()
  })

  test.each(["foo", "%", "javascript:alert(1)", "https://evil.test", "//evil.test", "a".repeat(3000)])(
    "or a parameter with a strange return address make no server error",
    async (target) => {
      const browser = newBrowser()
      browser.cookies.set("latchkey.callback-url", target)
      for (const path of [
        "/api/auth/csrf",
        "/api/auth/signin",
        `/api/auth/signin?callbackUrl=${encodeURIComponent(target)}`,
      ]) {
        const response = await browser.get(path)
        expect(response.status).toBeLessThan(400)
        expect(new URL(response.headers.get("location") ?? "/", appUrl).origin).toBe(appUrl)
      }
    },
  )
})

describe("sign-out", () => {
  let ada: Person

  beforeAll(async () => {
    ada = await createPerson()
  })

  test("by GET changes nothing", async () => {
    const browser = newBrowser()
    browser.cookies.set(sessionCookie, ada.token)
    await browser.get("/api/auth/signout")
    expect(await (await browser.get("/api/auth/session")).json()).not.toBeNull()
  })

  test("ends the session itself, so that the old cookie is dead", async () => {
    const browser = newBrowser()
    browser.cookies.set(sessionCookie, ada.token)
    const answer = await browser.post("/api/auth/signout", {})
    expect(answer.headers.get("clear-site-data")).toBe('"cache"')
    expect(browser.cookies.has(sessionCookie)).toBe(false)
    browser.cookies.set(sessionCookie, ada.token)
    expect(await (await browser.get("/api/auth/session")).json()).toBeNull()
    const session = await db().session.findUniqueOrThrow({ where: { id: ada.caller.sessionId } })
    expect(session.endReason).toBe("signed_out")
  })
})

test("the session endpoint tells a page who is signed in, and nothing else", async () => {
  const { token, caller } = await createPerson()
  const browser = newBrowser()
  browser.cookies.set(sessionCookie, token)
  const response = await browser.get("/api/auth/session")
  const { name, email, image } = caller.user
  expect(await response.json()).toEqual({ user: { name, email, image }, expires: expect.any(String) })
  expect(response.headers.get("cache-control")).toBe("private, no-store")
})

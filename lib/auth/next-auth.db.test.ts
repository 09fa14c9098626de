import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { Browser } from "../testing/browser"
import { createPerson, type Person } from "../testing/factories"
import { type HostileProvider, startHostileProvider } from "../testing/hostile-provider"
import { type Fault, faults, type NamedFault } from "../testing/hostile-provider-faults"

const appUrl = "http://localhost:3000"
const sessionCookie = "latchkey.session"

let provider: HostileProvider

/** A browser in front of an app that was started just now: no keys are cached, no failure is remembered. */
async function freshBrowser(): Promise<Browser> {
  process.env.AUTH_GOOGLE_ISSUER = provider.issuer
  process.env.ALLOW_TEST_ISSUER = "1"
  vi.resetModules()
  await import("../testing/quiet")
  const { handleNextAuth } = await import("./next-auth")
  return new Browser(handleNextAuth, appUrl)
}

let people = 0

/** Somebody whom neither we nor any other test has seen. */
function stranger() {
  people += 1
  const sub = `2100000000${process.pid}${people}`
  return { ...provider.person, sub, email: `stranger-${sub}@example.test` }
}

function rowsOf({ sub, email }: { sub?: unknown; email?: unknown }) {
  return Promise.all([
    db().user.count({ where: { email: String(email) } }),
    db().account.count({ where: { providerAccountId: String(sub) } }),
  ])
}

beforeAll(async () => {
  provider = await startHostileProvider()
})
afterEach(() => {
  provider.disarm()
  provider.requests.length = 0
  provider.canaryRequests.length = 0
})
afterAll(() => provider.close())

describe("a sign-in", () => {
  test("makes a person, an organization of their own and a session, and stores no token of the provider", async () => {
    provider.person = stranger()
    const browser = await freshBrowser()
    const { location } = await browser.signIn()
    expect(location).toBe("/dashboard")

    const account = await db().account.findUniqueOrThrow({
      where: {
        provider_providerAccountId: { provider: "google", providerAccountId: String(provider.person.sub) },
      },
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
    const browser = await freshBrowser()
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
    provider.person = stranger()
    const browser = await freshBrowser()
    expect((await browser.signIn({ callbackUrl: "/dashboard/team" })).location).toBe("/dashboard/team")
    for (const callbackUrl of ["//evil.test", "https://evil.test", "javascript:alert(1)", "foo", "%"]) {
      expect((await browser.signIn({ callbackUrl })).location).toBe("/dashboard")
    }
  })

  test("keeps the account when the address changes, and takes the new address over", async () => {
    const person = stranger()
    provider.person = person
    const browser = await freshBrowser()
    await browser.signIn()
    provider.person = { ...person, email: `NEW-${person.email}` }
    expect((await browser.signIn()).location).toBe("/dashboard")
    const { user } = await db().account.findFirstOrThrow({
      where: { providerAccountId: person.sub },
      select: { user: true },
    })
    expect(user.email).toBe(`new-${person.email}`)
  })

  test("of one new person in two browsers at once makes one account", async () => {
    provider.person = stranger()
    const browsers = await Promise.all([freshBrowser(), freshBrowser()])
    const paths = await Promise.all(browsers.map((browser) => browser.visitProvider()))
    const responses = await Promise.all(browsers.map((browser, index) => browser.get(paths[index] ?? "")))
    expect(responses.map((response) => response.headers.get("location"))).toEqual([
      `${appUrl}/dashboard`,
      `${appUrl}/dashboard`,
    ])
    expect(await rowsOf(provider.person)).toEqual([1, 1])
  })

  test("gives a session token of 256 bits and ends the session this browser had", async () => {
    provider.person = stranger()
    const browser = await freshBrowser()
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
  const cases = (expected: NamedFault["expected"]) =>
    Object.entries<NamedFault>(faults).filter(([, fault]) => fault.expected === expected)

  test.each(cases("reject"))("is refused and leaves no row behind: %s", async (_name, fault) => {
    const outcome = await signInAt(fault)
    expect(outcome.location).toMatch(/^\/sign-in\/error\?code=[a-z_]+&request_id=[\w-]+$/)
    expect(outcome.cookies.join()).not.toMatch(/session|state|nonce|pkce/)
    expect(outcome.rows).toEqual([0, 0])
    expect(outcome.canaryRequests).toEqual([])
  })

  test.each(cases("accept"))("is taken: %s", async (_name, fault) => {
    const outcome = await signInAt(fault)
    expect(outcome.location).toBe("/dashboard")
    expect(outcome.cookies).toContain(sessionCookie)
    expect(outcome.canaryRequests).toEqual([])
  })

  test.each(cases("either"))("never makes a server error: %s", async (_name, fault) => {
    expect((await signInAt(fault)).status).toBeLessThan(500)
  })

  test("gets no token request when the answer's state or issuer is wrong", async () => {
    for (const fault of [faults.state_altered, faults.state_missing, faults.response_iss_wrong]) {
      provider.arm(fault)
      await (await freshBrowser()).signIn()
    }
    expect(provider.requestsTo("token")).toEqual([])
  })

  test.each([
    ["access_denied", faults.access_denied],
    ["flow_expired", faults.state_altered],
    ["identity_refused", faults.signed_by_wrong_key],
    ["identity_refused", faults.nonce_wrong],
    ["email_not_verified", faults.email_unverified],
    ["provider_unavailable", faults.token_500],
    ["provider_unavailable", faults.token_html],
    ["provider_unavailable", faults.jwks_500],
  ])("is explained to the person as %s", async (code, fault) => {
    expect((await signInAt(fault)).location).toContain(`/sign-in/error?code=${code}&`)
  })

  test("may rotate its keys between two sign-ins", async () => {
    provider.person = stranger()
    const browser = await freshBrowser()
    await browser.signIn()
    await provider.rotateKeys()
    expect((await browser.signIn()).location).toBe("/dashboard")
    expect(provider.requestsTo("jwks")).toHaveLength(2)
  })

  test("cannot drive us to fetch its keys again and again", async () => {
    provider.arm(faults.kid_unknown)
    const browser = await freshBrowser()
    for (let attempt = 0; attempt < 10; attempt++) await browser.signIn()
    expect(provider.requestsTo("jwks").length).toBeLessThanOrEqual(4)
  })

  async function signInAt(fault: Fault) {
    const hostile = await startHostileProvider()
    const honest = provider
    provider = hostile
    try {
      hostile.person = stranger()
      hostile.arm(fault)
      const browser = await freshBrowser()
      // A flow of the same browser from before, for faults that borrow from it.
      await fetch(await browser.beginSignIn(), { redirect: "manual" }).catch(() => undefined)
      const start = await browser.beginSignIn()
      const { response, location } = start.startsWith(hostile.issuer)
        ? await browser.finishSignIn(start)
        : { response: undefined, location: start.replace(appUrl, "") }
      const { sub, email } = hostile.person
      return {
        location,
        status: response?.status ?? 303,
        cookies: [...browser.cookies.keys()],
        rows: await rowsOf({ sub, email }),
        canaryRequests: hostile.canaryRequests,
      }
    } finally {
      provider = honest
      await hostile.close()
    }
  }
})

describe("somebody else", () => {
  test("who signs in while a person is signed in joins nobody, and the person stays", async () => {
    const ada = stranger()
    provider.person = ada
    const browser = await freshBrowser()
    await browser.signIn()
    const session = browser.cookies.get(sessionCookie)

    const grace = stranger()
    provider.person = grace
    expect((await browser.signIn()).location).toContain("/sign-in/error?code=already_signed_in&")
    expect(browser.cookies.get(sessionCookie)).toBe(session)
    expect(await rowsOf(grace)).toEqual([0, 0])
    const accounts = await db().account.count({ where: { user: { email: ada.email } } })
    expect(accounts).toBe(1)
  })

  test("with a known address and another subject is refused, not merged", async () => {
    const ada = stranger()
    provider.person = ada
    await (await freshBrowser()).signIn()
    provider.person = { ...stranger(), email: ada.email.toUpperCase() }
    expect((await (await freshBrowser()).signIn()).location).toContain("/sign-in/error?code=account_exists&")
    expect(await rowsOf(provider.person)).toEqual([0, 0])
  })

  test("cannot use a callback that another browser was sent to", async () => {
    provider.person = stranger()
    const [mine, theirs] = [await freshBrowser(), await freshBrowser()]
    const path = await mine.visitProvider()
    const replayed = await theirs.get(path)
    expect(replayed.headers.get("location")).toContain("code=flow_expired")
    expect((await mine.get(path)).headers.get("location")).toBe(`${appUrl}/dashboard`)
  })

  test("cannot load a callback a second time", async () => {
    provider.person = stranger()
    const browser = await freshBrowser()
    const path = await browser.visitProvider()
    await browser.get(path)
    expect((await browser.get(path)).headers.get("location")).toContain("/sign-in/error?code=flow_expired")
    expect(await db().session.count({ where: { user: { email: provider.person.email as string } } })).toBe(1)
  })
})

describe("a disabled person", () => {
  test("cannot come in, and what was open has ended", async () => {
    const person = stranger()
    provider.person = person
    const browser = await freshBrowser()
    await browser.signIn()
    await db().user.update({ where: { email: person.email }, data: { disabledAt: new Date() } })
    expect(await (await browser.get("/api/auth/session")).json()).toBeNull()
    expect((await browser.signIn()).location).toContain("/sign-in/error?code=account_disabled&")
  })
})

describe("cookies", () => {
  test("of like names are neither joined nor taken for the session", async () => {
    provider.person = stranger()
    const browser = await freshBrowser()
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
      const browser = await freshBrowser()
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
    const browser = await freshBrowser()
    browser.cookies.set(sessionCookie, ada.token)
    await browser.get("/api/auth/signout")
    expect(await (await browser.get("/api/auth/session")).json()).not.toBeNull()
  })

  test("ends the session itself, so that the old cookie is dead", async () => {
    const browser = await freshBrowser()
    browser.cookies.set(sessionCookie, ada.token)
    await browser.post("/api/auth/signout", {})
    expect(browser.cookies.has(sessionCookie)).toBe(false)
    browser.cookies.set(sessionCookie, ada.token)
    expect(await (await browser.get("/api/auth/session")).json()).toBeNull()
    const session = await db().session.findUniqueOrThrow({ where: { id: ada.caller.sessionId } })
    expect(session.endReason).toBe("signed_out")
  })
})

test("the session endpoint tells a page who is signed in, and nothing else", async () => {
  const { token, caller } = await createPerson()
  const browser = await freshBrowser()
  browser.cookies.set(sessionCookie, token)
  const response = await browser.get("/api/auth/session")
  const { name, email, image } = caller.user
  expect(await response.json()).toEqual({ user: { name, email, image }, expires: expect.any(String) })
  expect(response.headers.get("cache-control")).toBe("private, no-store")
})

import { describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addDuration, minutes } from "../duration"
import { env } from "../env"
import { removePassword } from "../passwords/password-change"
import { addressIn, type Browser } from "../testing/browser"
import { codeOf } from "../testing/code-of"
import {
  auditActionsOn,
  browserWith,
  createBrowser,
  createPerson,
  createProgram,
  mailSubjectsTo,
  type Person,
} from "../testing/factories"
import { type Stranger, setUpBoth, stranger } from "../testing/hostile-provider-cases"
import { untilSomebodyWaits } from "../testing/locks"
import { addPassword } from "../testing/passwords"
import { source } from "../testing/request-source"
import { addPasskey, addTotp, callerBy, userBy } from "../testing/second-factors"
import { createLinkIntent, requireLinkable, unlinkAccount } from "./account-links"
import { authCookies } from "./cookies"
import { lockCredentials } from "./credential-lock"
import { handleNextAuth } from "./next-auth"
import { generateOpaqueToken, hashToken } from "./opaque-token"
import { createSession, endSessions } from "./sessions"
import { signIn } from "./sign-in"
import { requireSignInMethod } from "./sign-in-methods"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

const sessionCookie = () => authCookies().sessionToken.name
const methodsPage = "/dashboard/security#sign-in-methods"
const longAgo = { authTime: addDuration(new Date(), -minutes(11)) }

/** Somebody in a browser of their own, who came by Google, before an app that also knows GitHub. */
async function setting() {
  const { newBrowser, setPersonAt } = await setUpBoth(handleNextAuth)
  const person = await createPerson()
  const browserOf = (token: string) => {
    const browser = newBrowser()
    browser.cookies.set(sessionCookie(), token)
    return browser
  }
  const browser = browserOf(person.token)
  const identity = stranger()
  setPersonAt("github", identity)
  return { person, browser, newBrowser, browserOf, identity, setPersonAt }
}

/** Begins a link in this browser and lets GitHub send it back; our own path to which it did. */
async function beginLink(browser: Browser, signedIn: { cookie: string }): Promise<string> {
  const caller = await userBy(signedIn)
  await requireLinkable(caller, "github")
  const start = await browser.beginSignIn({}, "github")
  const state = new URL(start).searchParams.get("state") ?? ""
  await createLinkIntent(caller, { provider: "github", state })
  return browser.visitProvider(start)
}

async function finish(browser: Browser, path: string): Promise<string> {
  return addressIn(await browser.get(path)).replace(env().APP_URL, "")
}

const accountsOf = ({ subject }: Stranger) => db().account.findMany({ where: { providerAccountId: subject } })
const countSessions = ({ caller }: Person) => db().session.count({ where: { userId: caller.user.id } })

describe("linking a provider", () => {
  test("makes it a way in of the same person, in the same sign-in, recorded and told", async () => {
    const { person, browser, newBrowser, identity } = await setting()
    const before = await countSessions(person)
    expect(await finish(browser, await beginLink(browser, person))).toBe(methodsPage)
    expect(await accountsOf(identity)).toMatchObject([
      { userId: person.caller.user.id, provider: "github", email: identity.email },
    ])
    expect([await countSessions(person), browser.cookies.get(sessionCookie())]).toEqual([
      before,
      person.token,
    ])
    const [event] = await db().auditEvent.findMany({ where: { targetId: person.caller.user.id } })
    expect(event).toMatchObject({
      action: "account.linked",
      details: { provider: "github", stepUp: "sign_in" },
    })
    expect(await mailSubjectsTo(person)).toEqual(["GitHub was added to your sign-in methods"])

    const elsewhere = newBrowser()
    expect((await elsewhere.signIn({}, "github")).location).toBe("/dashboard")
    const { user } = await userBy(browserWith(elsewhere.cookies.get(sessionCookie()) ?? ""))
    expect(user.id).toBe(person.caller.user.id)
  })

  test("leaves name and address as the first provider has them, also at later sign-ins", async () => {
    const { person, browser, newBrowser, identity } = await setting()
    await finish(browser, await beginLink(browser, person))
    await newBrowser().signIn({}, "github")
    const user = await db().user.findUniqueOrThrow({ where: { id: person.caller.user.id } })
    expect([user.email, user.name]).toEqual([person.caller.user.email, person.caller.user.name])
    expect(identity.email).not.toBe(user.email)
  })

  test("of an identity that is somebody's is refused, whoever that is, and changes nothing", async () => {
    const { person, browser, newBrowser, identity } = await setting()
    await newBrowser().signIn({}, "github")
    const [before] = await accountsOf(identity)
    expect(await finish(browser, await beginLink(browser, person))).toContain("code=identity_in_use")
    expect((await accountsOf(identity)).map(({ userId }) => userId)).toEqual([before?.userId])
    expect(await auditActionsOn(person.caller.user.id)).toEqual([])
  })

  test("of one identity by two people at once gives it to one", async () => {
    const one = await setting()
    const other = await createPerson()
    const otherBrowser = one.browserOf(other.token)
    const paths = [await beginLink(one.browser, one.person), await beginLink(otherBrowser, other)]
    const ends = await Promise.all([
      finish(one.browser, paths[0] ?? ""),
      finish(otherBrowser, paths[1] ?? ""),
    ])
    expect(ends.filter((end) => end === methodsPage)).toHaveLength(1)
    expect(await accountsOf(one.identity)).toHaveLength(1)
  })

  test.each(["no sign-in", "another person's", "another of the same person"])(
    "that comes back to a browser with %s links nobody, and signs nobody in",
    async (which) => {
      const { person, browser, identity } = await setting()
      const path = await beginLink(browser, person)
      const another = which === "another person's" ? await createPerson() : await createBrowser(person)
      if (which === "no sign-in") browser.cookies.delete(sessionCookie())
      else browser.cookies.set(sessionCookie(), another.token)
      const before = browser.cookies.get(sessionCookie())
      expect(await finish(browser, path)).toContain("code=flow_expired")
      expect(await accountsOf(identity)).toEqual([])
      expect(browser.cookies.get(sessionCookie())).toBe(before)
    },
  )

  test("works once and for a quarter of an hour, and what is over is no sign-in either", async () => {
    const { person, browser, identity } = await setting()
    const path = await beginLink(browser, person)
    const stateHash = hashToken(new URL(path, env().APP_URL).searchParams.get("state") ?? "")
    await db().linkIntent.update({ where: { stateHash }, data: { expiresAt: new Date() } })
    expect(await finish(browser, path)).toContain("code=flow_expired")
    await db().linkIntent.updateMany({
      where: { stateHash },
      data: { expiresAt: addDuration(new Date(), minutes(5)), usedAt: new Date() },
    })
    expect(await finish(browser, path)).toContain("code=flow_expired")
    expect(await accountsOf(identity)).toEqual([])
  })

  test("is refused to a sign-in that ends before it is written down", async () => {
    const { person, browser, identity } = await setting()
    const path = await beginLink(browser, person)
    const { end } = await db().$transaction(async (tx) => {
      await lockCredentials(tx, person.caller.user.id)
      const end = finish(browser, path)
      await untilSomebodyWaits()
      await endSessions(tx, source, { id: person.caller.sessionId }, { reason: "revoked" })
      return { end }
    })
    expect(await end).toContain("code=flow_expired")
    expect(await accountsOf(identity)).toEqual([])
  })

  test("that was begun by a fresh sign-in is refused once the person has a second factor", async () => {
    const { person, browser, identity } = await setting()
    const path = await beginLink(browser, person)
    await addTotp(person)
    expect(await finish(browser, path)).toContain("code=flow_expired")
    expect(await accountsOf(identity)).toEqual([])
  })

  test("does not happen by a flow that was begun as a sign-in, whatever the browser holds", async () => {
    const { person, browser, identity } = await setting()
    await createLinkIntent(await userBy(person), { provider: "github", state: generateOpaqueToken() })
    expect((await browser.signIn({}, "github")).location).toContain("code=already_signed_in")
    expect(await accountsOf(identity)).toEqual([])
  })

  test("begins with a fresh proof, in a browser, for a provider that is not linked", async () => {
    const person = await createPerson()
    const begin = async (signedIn: Parameters<typeof userBy>[0], provider: "google" | "github" = "github") =>
      codeOf(requireLinkable(await userBy(signedIn), provider))
    expect(await begin(person)).toBe("ok")
    expect(await begin(await createBrowser(person, longAgo))).toBe("step_up_required")
    expect(await begin(await createProgram(person))).toBe("forbidden")
    expect(await begin(person, "google")).toBe("conflict")
  })
})

describe("unlinking a provider", () => {
  const link = ({ caller }: Person, { subject, email } = stranger()) =>
    db().account.create({
      data: { userId: caller.user.id, type: "oauth", provider: "github", providerAccountId: subject, email },
    })

  test("ends the sign-ins that came by it but the one that asks, recorded and told", async () => {
    const person = await createPerson()
    await link(person)
    const [byGoogle, byGithub] = [await createBrowser(person), await createBrowser(person)]
    await db().session.update({ where: { id: byGithub.sessionId }, data: { amr: ["github"] } })
    await unlinkAccount(await userBy(person), { provider: "github" })
    expect(await db().account.count({ where: { userId: person.caller.user.id } })).toBe(1)
    expect([await codeOf(callerBy(byGoogle)), await codeOf(callerBy(byGithub))]).toEqual([
      "ok",
      "unauthenticated",
    ])
    expect(await auditActionsOn(person.caller.user.id)).toEqual(["account.unlinked"])
    expect(await mailSubjectsTo(person)).toEqual(["GitHub was removed from your sign-in methods"])
  })

  test("of the only way in is refused, with a passkey too, and still lets the person in", async () => {
    const person = await createPerson()
    const caller = await userBy(person)
    expect(await codeOf(unlinkAccount(caller, { provider: "google" }))).toBe("conflict")
    await addPasskey(person)
    expect(await codeOf(unlinkAccount(caller, { provider: "google" }))).toBe("conflict")
    expect(await db().account.count({ where: { userId: caller.user.id } })).toBe(1)
    expect(await codeOf(callerBy(person))).toBe("ok")
  })

  test("is open to who has a password", async () => {
    const person = await createPerson()
    await addPassword(person)
    expect(await codeOf(unlinkAccount(await userBy(person), { provider: "google" }))).toBe("ok")
  })

  test("counts no provider that is not offered any more", async () => {
    const person = await createPerson()
    await link(person)
    expect(env().AUTH_GITHUB_ID).toBeUndefined()
    expect(await codeOf(unlinkAccount(await userBy(person), { provider: "google" }))).toBe("conflict")
  })

  test("of both at once leaves one", async () => {
    const person = await createPerson()
    const caller = await userBy(person)
    await addPassword(person)
    const answers = await Promise.all([
      codeOf(unlinkAccount(caller, { provider: "google" })),
      codeOf(removePassword({ ...caller })),
    ])
    expect(answers.sort()).toEqual(["conflict", "ok"])
    await db().$transaction((tx) => requireSignInMethod(tx, caller.user.id))
  })

  test("while somebody signs in by it leaves no sign-in open that came by it", async () => {
    const person = await createPerson()
    const { subject, email } = stranger()
    await link(person, { subject, email })
    const { user, source } = person.caller
    const identity = { provider: "github" as const, subject, email, name: null, image: null, authTime: null }
    const enter = () => {
      const token = generateOpaqueToken()
      return signIn(source, {
        userId: user.id,
        identity,
        open: async (tx, { organizationId, amr, authTime }) => {
          await createSession(tx, source, {
            holder: { token },
            userId: user.id,
            organizationId,
            amr,
            authTime,
          })
          return token
        },
      }).catch(() => null)
    }
    const caller = await userBy(person)
    const [, ...tokens] = await Promise.all([
      unlinkAccount(caller, { provider: "github" }),
      ...Array.from({ length: 8 }, enter),
    ])
    for (const token of tokens)
      if (token) expect(await codeOf(callerBy(browserWith(token)))).toBe("unauthenticated")
    expect(await codeOf(callerBy(person))).toBe("ok")
  })

  test("needs a fresh proof and a browser, and finds what is there", async () => {
    const person = await createPerson()
    const unlink = async (signedIn: Parameters<typeof userBy>[0]) =>
      codeOf(unlinkAccount(await userBy(signedIn), { provider: "github" }))
    expect(await unlink(person)).toBe("not_found")
    await link(person)
    expect(await unlink(await createBrowser(person, longAgo))).toBe("step_up_required")
    expect(await unlink(await createProgram(person))).toBe("forbidden")
    expect(await db().account.count({ where: { userId: person.caller.user.id } })).toBe(2)
  })
})

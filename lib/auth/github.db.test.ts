import { describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addressIn, type Browser } from "../testing/browser"
import {
  github,
  google,
  rowsOf,
  type Stranger,
  setUp,
  setUpBoth,
  stranger,
  testEveryFault,
} from "../testing/hostile-provider-cases"
import {
  throughNextAuth,
  throughPlainLogin,
  throughProgramLogin,
  type WayIn,
} from "../testing/hostile-provider-ways"
import type { ProviderId } from "./identity"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

const ways: [string, WayIn][] = [
  ["in a person's browser", throughNextAuth],
  ["over the API, for tokens", throughPlainLogin],
  ["over the API, for a code", throughProgramLogin],
]

/** Lets the provider send the browser back, and returns our own path to which it did. */
async function comeBack(browser: Browser, way: WayIn, provider: ProviderId = "github"): Promise<string> {
  const start = await way.begin(browser, provider)
  if (start instanceof Response) throw new Error(`did not begin: ${start.status}`)
  return browser.visitProvider(start)
}

async function signIn(browser: Browser, way: WayIn, provider: ProviderId = "github"): Promise<boolean> {
  const end = await browser.get(await comeBack(browser, way, provider))
  return way.isSignedIn(browser, end)
}

function accountOf({ subject }: Stranger) {
  return db().account.findFirstOrThrow({ where: { providerAccountId: subject }, include: { user: true } })
}

describe.each(ways)("a sign-in with GitHub %s", (_name, way) => {
  test("makes a person by the number GitHub gave them, and stores no token of GitHub's", async () => {
    const { browser, person } = await setUp(github, way.handle)
    expect(await signIn(browser, way)).toBe(true)
    const { user, ...account } = await accountOf(person)
    expect(account).toMatchObject({ provider: "github", type: "oauth" })
    expect(Object.keys(account).join()).not.toMatch(/token/)
    expect(user.email).toBe(person.email)
    const sessions = await db().session.findMany({ where: { userId: user.id } })
    expect(sessions).toMatchObject([{ amr: ["github"], endedAt: null }])
  })

  test("asks with a state and PKCE for no more than who it is, and shows the token to GitHub alone", async () => {
    const { browser, provider } = await setUp(github, way.handle)
    await signIn(browser, way)
    expect(provider.requestsTo("authorization")[0]?.params).toMatchObject({
      scope: "read:user user:email",
      state: expect.stringMatching(/^[\w.-]{43,}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    })
    for (const endpoint of ["user", "emails"] as const)
      expect(provider.requestsTo(endpoint)[0]?.authorization).toMatch(/^Bearer \S+$/)
    expect(provider.requests.map(({ path }) => path).join()).not.toMatch(/access_token=/)
  })

  test("takes the primary address, and not the first or the one on the profile", async () => {
    const { browser, person, provider } = await setUp(github, way.handle)
    const first = { email: `first-${person.email}`, primary: false, verified: true }
    provider.person = { ...provider.person, emails: [first, ...provider.person.emails] }
    provider.arm({ user: (user) => ({ ...user, email: `profile-${person.email}` }) })
    expect(await signIn(browser, way)).toBe(true)
    expect((await accountOf(person)).user.email).toBe(person.email)
  })

  test("finds a person whose name, login and address have changed", async () => {
    const { browser, person, provider, setPerson } = await setUp(github, way.handle)
    await signIn(browser, way)
    const { userId } = await accountOf(person)
    setPerson({ ...person, email: `NEW-${person.email}` })
    provider.person = { ...provider.person, login: "grace", name: "Grace" }
    expect(await signIn(browser, way)).toBe(true)
    const { user } = await accountOf(person)
    expect(user).toMatchObject({ id: userId, name: "Grace", email: `new-${person.email}` })
  })

  test("does not join a person of that address who came by Google, nor the other way round", async () => {
    for (const [first, second] of [
      [google, github],
      [github, google],
    ] as const) {
      const { newBrowser, person, setPersonAt } = await setUpBoth(way.handle)
      setPersonAt(first.id, person)
      expect(await signIn(newBrowser(), way, first.id)).toBe(true)
      const namesake = { ...stranger(), email: person.email }
      setPersonAt(second.id, namesake)
      expect(await signIn(newBrowser(), way, second.id)).toBe(false)
      expect(await rowsOf(namesake)).toEqual([1, 0])
      expect(await rowsOf(person)).toEqual([1, 1])
    }
  })

  test("keeps one number at two providers apart: they are two people", async () => {
    const { newBrowser, person, setPersonAt } = await setUpBoth(way.handle)
    setPersonAt("google", person)
    expect(await signIn(newBrowser(), way, "google")).toBe(true)
    setPersonAt("github", { ...person, email: `other-${person.email}` })
    expect(await signIn(newBrowser(), way, "github")).toBe(true)
    expect(await rowsOf(person)).toEqual([1, 2])
  })

  test("that was begun with one provider is not finished at the other's callback", async () => {
    for (const [begun, other] of [
      ["google", "github"],
      ["github", "google"],
    ] as const) {
      const { newBrowser, person, providers, tokenRequests } = await setUpBoth(way.handle)
      // Without the issuer in its answer a provider cannot be told from another by that.
      for (const provider of providers) provider.arm({ response: (params) => params.delete("iss") })
      const browser = newBrowser()
      const path = await comeBack(browser, way, begun)
      const end = await browser.get(path.replace(begun, other))
      expect(await way.isSignedIn(browser, end)).toBe(false)
      await way.expectRefusal(browser, end, { isOutage: false })
      expect(await rowsOf(person)).toEqual([0, 0])
      expect(tokenRequests()).toEqual([])
    }
  })
})

test("a program is given no code before the person has chosen an account at GitHub", async () => {
  const { browser, provider } = await setUp(github, throughProgramLogin.handle)
  await signIn(browser, throughProgramLogin)
  expect(provider.requestsTo("authorization")[0]?.params.prompt).toBe("select_account")
})

test("without its variables there is no GitHub in a person's browser", async () => {
  const { browser } = await setUp(google, throughNextAuth.handle)
  const response = await browser.post("/api/auth/signin/github", {})
  expect(addressIn(response)).not.toMatch(/github\.com|authorize/)
  expect(await (await browser.get("/api/auth/providers")).json()).not.toHaveProperty("github")
})

describe.each(ways)("a hostile GitHub %s", (_name, way) => testEveryFault(github, way))

import { randomInt } from "node:crypto"
import { afterAll, expect, test } from "vitest"
import type { ProviderId } from "../auth/identity"
import { db } from "../db"
import { seconds } from "../duration"
import type { Env } from "../env"
import { Browser, type Handle } from "./browser"
import { type HostileGithub, startHostileGithub } from "./hostile-github"
import { githubFaults, type NamedGithubFault } from "./hostile-github-faults"
import { type HostileProvider, startHostileProvider } from "./hostile-provider"
import { startedWith } from "./hostile-provider-env"
import { faults, type NamedFault } from "./hostile-provider-faults"
import type { WayIn } from "./hostile-provider-ways"

// One loop over the tables of faults, for every way in. A test file that uses it mocks lib/env.ts as
// hostile-provider-env.ts says.

export const appUrl = "http://localhost:3000"

/** A kind of provider, with all that can be wrong with it. */
interface Kind<Hostile, Fault> {
  id: ProviderId
  faults: Record<string, Fault>
  start(): Promise<Stand<Hostile>>
}

/** A provider of a test's own, and the variables of an app that trusts it. */
interface Stand<Hostile> {
  provider: Hostile
  variables: Partial<Env>
  /** Who signs in from now on. */
  setPerson(person: Stranger): void
}

/** What ties a person's rows to them. */
export type Stranger = { subject: string; email: string }

/** What the loop needs of either kind. */
interface Hostile<Fault> {
  arm(fault: Fault): void
  canaryRequests: string[]
  requestsTo(endpoint: "token"): unknown[]
}

type AnyFault = {
  expected: NamedFault["expected"]
  response?: unknown
  discovery?: unknown
  endpoints?: unknown
}

const running: { close(): Promise<void> }[] = []

// Closed earlier, a port would return as another provider of which the app knows too much.
afterAll(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.close()))
})

export const google: Kind<HostileProvider, NamedFault> = {
  id: "google",
  faults,
  async start() {
    const provider = await startHostileProvider()
    running.push(provider)
    return {
      provider,
      variables: { AUTH_GOOGLE_ISSUER: provider.issuer },
      setPerson({ subject, email }) {
        provider.person = { ...provider.person, sub: subject, email }
      },
    }
  },
}

export const github: Kind<HostileGithub, NamedGithubFault> = {
  id: "github",
  faults: githubFaults,
  async start() {
    const provider = await startHostileGithub()
    running.push(provider)
    const variables = {
      AUTH_GITHUB_ID: provider.clientId,
      AUTH_GITHUB_SECRET: provider.clientSecret,
      AUTH_GITHUB_URL: provider.url,
    }
    return {
      provider,
      variables,
      setPerson({ subject, email }) {
        const emails = [{ email, primary: true, verified: true }]
        provider.person = { ...provider.person, id: Number(subject), emails }
      },
    }
  },
}

/** Somebody whom neither we nor any other test has seen. */
export function stranger(): Stranger {
  const subject = String(randomInt(10 ** 12, 10 ** 13))
  return { subject, email: `stranger-${subject}@example.test` }
}

/** A provider of one's own, at which a stranger signs in, and browsers before an app that trusts it. */
export async function setUp<H, F>(kind: Kind<H, F>, handle: Handle, overrides: Partial<Env> = {}) {
  const { provider, variables, setPerson } = await kind.start()
  const person = stranger()
  setPerson(person)
  const app = startedWith({ ...variables, ...overrides }, handle)
  const newBrowser = () => new Browser(app, overrides.APP_URL ?? appUrl)
  return { provider, variables, person, setPerson, browser: newBrowser(), newBrowser }
}

/** Users of that address and accounts of that subject. */
export function rowsOf({ subject, email }: Stranger): Promise<[number, number]> {
  return Promise.all([
    db().user.count({ where: { email } }),
    db().account.count({ where: { providerAccountId: subject } }),
  ])
}

/** Declares a test for every fault of a provider. */
export function testEveryFault<H extends Hostile<F>, F extends AnyFault>(kind: Kind<H, F>, way: WayIn): void {
  const cases = (expected: AnyFault["expected"]) =>
    Object.entries(kind.faults).filter(([, fault]) => fault.expected === expected)

  test.concurrent.each(cases("reject"))("is refused and leaves no row behind: %s", async (_name, fault) => {
    const { provider, person, browser, isSignedIn, end, milliseconds } = await signInAt(kind, way, fault)
    expect(isSignedIn).toBe(false)
    const isOutage = fault.endpoints !== undefined || fault.discovery !== undefined
    await way.expectRefusal(browser, end, { isOutage })
    expect(await rowsOf(person)).toEqual([0, 0])
    expect(provider.canaryRequests).toEqual([])
    if (fault.response) expect(provider.requestsTo("token")).toEqual([])
    expect(milliseconds).toBeLessThan(seconds(10))
  })

  test.concurrent.each(cases("accept"))("is taken: %s", async (_name, fault) => {
    const { provider, person, isSignedIn } = await signInAt(kind, way, fault)
    expect(isSignedIn).toBe(true)
    expect(await rowsOf(person)).toEqual([1, 1])
    expect(provider.canaryRequests).toEqual([])
  })

  test.concurrent.each(cases("either"))("never makes a server error: %s", async (_name, fault) => {
    const { provider, end } = await signInAt(kind, way, fault)
    expect(end.status).toBeLessThan(500)
    expect(provider.canaryRequests).toEqual([])
  })
}

async function signInAt<H extends Hostile<F>, F>(kind: Kind<H, F>, way: WayIn, fault: F) {
  const { provider, person, browser } = await setUp(kind, way.handle)
  provider.arm(fault)
  const started = performance.now()
  const end = await goThrough(browser, way, kind.id)
  const milliseconds = performance.now() - started
  return { provider, person, browser, end, milliseconds, isSignedIn: await way.isSignedIn(browser, end) }
}

async function goThrough(browser: Browser, way: WayIn, provider: ProviderId): Promise<Response> {
  const earlier = await way.begin(browser, provider)
  if (earlier instanceof Response) return earlier
  // A flow of the same browser from before, for faults that borrow from it.
  await browser.visitProvider(earlier)
  const start = await way.begin(browser, provider)
  return start instanceof Response ? start : browser.get(await browser.visitProvider(start))
}

/** An app that trusts a Google and a GitHub, at both of which the same stranger signs in. */
export async function setUpBoth(handle: Handle) {
  const [atGoogle, atGithub] = [await google.start(), await github.start()]
  const person = stranger()
  const providers = [atGoogle.provider, atGithub.provider]
  const stands = { google: atGoogle, github: atGithub }
  for (const stand of Object.values(stands)) stand.setPerson(person)
  const app = startedWith({ ...atGoogle.variables, ...atGithub.variables }, handle)
  return {
    person,
    providers,
    setPersonAt: (provider: ProviderId, someone: Stranger) => stands[provider].setPerson(someone),
    newBrowser: () => new Browser(app, appUrl),
    tokenRequests: () => [...atGoogle.provider.requestsTo("token"), ...atGithub.provider.requestsTo("token")],
  }
}

import { createHash } from "node:crypto"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addDuration, seconds } from "../duration"
import { addressIn, Browser } from "../testing/browser"
import { appUrl, google, rowsOf, setUp, stranger, testEveryFault } from "../testing/hostile-provider-cases"
import { startedWith } from "../testing/hostile-provider-env"
import { denyWith, faults } from "../testing/hostile-provider-faults"
import {
  beginLogin,
  handleLogin,
  parametersIn,
  programQuery,
  programRedirectUri,
  redeem,
  throughPlainLogin,
  throughProgramLogin,
} from "../testing/hostile-provider-ways"
import { TcpProxy } from "../testing/tcp-proxy"
import { handleNextAuth } from "./next-auth"
import { hashToken } from "./opaque-token"

vi.mock("../env", async (original) => {
  const { variablesByRequest } = await import("../testing/hostile-provider-env")
  return variablesByRequest(await original())
})

// Postgres is behind a proxy that passes everything until the last tests here.
let proxy: TcpProxy

beforeAll(async () => {
  const direct = new URL(process.env.DATABASE_URL ?? "")
  proxy = await TcpProxy.start(direct)
  direct.port = String(proxy.port)
  process.env.DATABASE_URL = direct.href
})
afterAll(() => proxy.close())

const html = { accept: "text/html,application/xhtml+xml" }

const setting = (...[overrides]: [Parameters<typeof setUp>[2]?]) => setUp(google, handleLogin, overrides)

/** Begins a sign-in, lets the provider send the browser back, and returns our own path to which it did. */
async function comeBack(browser: Browser, query: Record<string, string> = {}): Promise<string> {
  const { redirect_url } = await (await beginLogin(browser, { query })).json()
  return browser.visitProvider(redirect_url)
}

async function signIn(browser: Browser, query: Record<string, string> = {}): Promise<Response> {
  return browser.get(await comeBack(browser, query))
}

function flowOf(path: string) {
  const state = new URL(path, appUrl).searchParams.get("state") ?? ""
  return { stateHash: hashToken(state) }
}

async function expectExpired(response: Response): Promise<void> {
  const { error, error_description } = await response.json()
  expect([response.status, error]).toEqual([400, "access_denied"])
  expect(error_description).toMatch(/^flow_expired: .* Start again\.$/)
}

/** The provider sends the browser back with an error of its own. */
function providerError(error: string) {
  return { response: (params: URLSearchParams) => params.set("error", error) }
}

function sessionsOf({ email }: { email: string }) {
  return db().session.findMany({ where: { user: { email } } })
}

describe("a sign-in over the API", () => {
  test("gives the browser that began it tokens, in no cache, and no session of the browser's own", async () => {
    const { browser, person } = await setting()
    const response = await signIn(browser)
    expect(response.status).toBe(200)
    const body = await response.json()
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^rt_\w{49}$/),
      scope: expect.stringMatching(/^\S+( \S+)*$/),
      organization_id: expect.any(String),
    })
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(response.headers.get("content-type")).toBe("application/json")
    expect([...browser.cookies]).toEqual([])
    expect(await sessionsOf(person)).toMatchObject([{ clientId: "web", amr: ["google"], endedAt: null }])
  })

  test("makes a person, an organization of their own and a record, and stores no token of the provider", async () => {
    const { browser, person } = await setting()
    await signIn(browser)
    const account = await db().account.findUniqueOrThrow({
      where: { provider_providerAccountId: { provider: "google", providerAccountId: person.subject } },
      include: { user: { include: { memberships: true } } },
    })
    expect(account.user.memberships).toMatchObject([{ role: "owner" }])
    expect(Object.keys(account).join()).not.toMatch(/token/)
    const actions = await db().auditEvent.findMany({ where: { actorId: account.userId } })
    expect(actions.map(({ action }) => action).sort()).toEqual(["session.created", "user.created"])
  })

  test("asks the provider with a state, nonce and challenge that never come again, and nothing more", async () => {
    const { browser, provider } = await setting()
    const requests = []
    for (let flow = 0; flow < 100; flow++) {
      const { redirect_url } = await (await beginLogin(browser)).json()
      requests.push(Object.fromEntries(new URL(redirect_url).searchParams))
    }
    for (const name of ["state", "nonce", "code_challenge"]) {
      const values = requests.map((request) => request[name] ?? "")
      expect(new Set(values).size).toBe(100)
      // 43 characters of base64url: 256 bits.
      expect(values.filter((value) => /^[\w-]{43}$/.test(value))).toHaveLength(100)
    }
    expect(requests[0]).toEqual({
      response_type: "code",
      client_id: provider.clientId,
      redirect_uri: `${appUrl}/api/v1/auth/google/callback`,
      scope: "openid email profile",
      state: expect.any(String),
      nonce: expect.any(String),
      code_challenge: expect.any(String),
      code_challenge_method: "S256",
    })
  })

  test("proves itself to the provider with the verifier of its challenge", async () => {
    const { browser, provider } = await setting()
    await signIn(browser)
    const verifier = provider.requestsTo("token")[0]?.params.code_verifier ?? ""
    expect(verifier).toMatch(/^[\w.~-]{43,128}$/)
    const challenge = createHash("sha256").update(verifier).digest("base64url")
    expect(provider.requestsTo("authorization")[0]?.params.code_challenge).toBe(challenge)
  })

  test("tells a program where to go, and redirects everybody else", async () => {
    const { browser, provider } = await setting()
    const told = await beginLogin(browser)
    expect(told.status).toBe(200)
    expect(await told.json()).toEqual({
      redirect_url: expect.stringContaining(`${provider.issuer}/authorize?`),
      expires_in: 900,
    })
    for (const headers of [{}, html, { accept: "*/*" }]) {
      const redirected = await beginLogin(browser, { headers })
      expect(redirected.status).toBe(302)
      expect(addressIn(redirected)).toContain(`${provider.issuer}/authorize?`)
    }
  })

  test("and one of the browser lead to the same person", async () => {
    const { browser, variables, person } = await setting()
    await signIn(browser)
    const atPages = new Browser(startedWith(variables, handleNextAuth), appUrl)
    expect((await atPages.signIn()).location).toBe("/dashboard")
    expect(await rowsOf(person)).toEqual([1, 1])
    const sessions = await sessionsOf(person)
    expect(new Set(sessions.map(({ clientId }) => clientId))).toEqual(new Set(["web", null]))
  })

  test("of one new person in two browsers at once makes one account", async () => {
    const { newBrowser, person } = await setting()
    const browsers = [newBrowser(), newBrowser()]
    const paths = await Promise.all(browsers.map((browser) => comeBack(browser)))
    const responses = await Promise.all(browsers.map((browser, index) => browser.get(paths[index] ?? "")))
    expect(responses.map(({ status }) => status)).toEqual([200, 200])
    expect(await rowsOf(person)).toEqual([1, 1])
  })

  test("and a second in the same browser both finish, whichever comes back first", async () => {
    const { browser } = await setting()
    const [first, second] = [await comeBack(browser), await comeBack(browser, programQuery)]
    expect(parametersIn(await browser.get(second))).toHaveProperty("code")
    expect((await browser.get(first)).status).toBe(200)
  })

  test("can be narrowed in scope, and never widened", async () => {
    const { browser } = await setting()
    const tokens = await (await signIn(browser, { scope: "ai:invoke" })).json()
    expect(tokens.scope).toBe("ai:invoke")
    const refused = await beginLogin(browser, { query: { scope: "ai:invoke everything" } })
    expect([refused.status, (await refused.json()).error]).toEqual([400, "invalid_scope"])
  })
})

describe("a person", () => {
  test("whose address changed at the provider stays the same, and the new one is taken over", async () => {
    const { browser, person, setPerson } = await setting()
    await signIn(browser)
    setPerson({ ...person, email: `NEW-${person.email}` })
    expect((await signIn(browser)).status).toBe(200)
    expect(await rowsOf({ ...person, email: `new-${person.email}` })).toEqual([1, 1])
    expect(await rowsOf(person)).toEqual([0, 1])
  })

  test("who moves to an address that is another's comes in, and neither loses theirs", async () => {
    const { browser, person: ada, setPerson } = await setting()
    await signIn(browser)
    const grace = stranger()
    setPerson(grace)
    await signIn(browser)
    setPerson({ ...grace, email: ada.email })
    expect((await signIn(browser)).status).toBe(200)
    expect(await rowsOf(ada)).toEqual([1, 1])
    expect(await rowsOf(grace)).toEqual([1, 1])
  })

  test("with a known address and another subject is refused, not merged", async () => {
    const { browser, person: ada, setPerson } = await setting()
    await signIn(browser)
    const impostor = { ...stranger(), email: ada.email.toUpperCase() }
    setPerson(impostor)
    const response = await signIn(browser)
    const { error, error_description } = await response.json()
    expect([response.status, error]).toEqual([400, "access_denied"])
    expect(error_description).toContain("account_exists")
    expect(await rowsOf(impostor)).toEqual([0, 0])
    expect(await sessionsOf(ada)).toHaveLength(1)
  })

  test("who is disabled gets neither tokens nor a code", async () => {
    const { browser, person } = await setting()
    await signIn(browser)
    await db().user.update({ where: { email: person.email }, data: { disabledAt: new Date() } })
    expect((await (await signIn(browser)).json()).error_description).toContain("account_disabled")
    const toProgram = parametersIn(await signIn(browser, programQuery))
    expect(toProgram.error).toBe("access_denied")
    expect(toProgram).not.toHaveProperty("code")
    expect(await sessionsOf(person)).toHaveLength(1)
  })
})

describe("a flow", () => {
  test("belongs to the browser that began it, which may still finish it", async () => {
    const { newBrowser, person, provider } = await setting()
    const [mine, theirs] = [newBrowser(), newBrowser()]
    const path = await comeBack(mine)
    await comeBack(theirs)
    await expectExpired(await theirs.get(path))
    expect(await rowsOf(person)).toEqual([0, 0])
    expect(provider.requestsTo("token")).toEqual([])
    expect((await mine.get(path)).status).toBe(200)
  })

  test("is not another browser's for having a cookie of the right name", async () => {
    const { newBrowser } = await setting()
    const [mine, theirs] = [newBrowser(), newBrowser()]
    const path = await comeBack(mine)
    await comeBack(theirs)
    const [ownToken = ""] = theirs.cookies.values()
    const [name = ""] = mine.cookies.keys()
    theirs.cookies.set(name, ownToken)
    await expectExpired(await theirs.get(path))
    expect((await mine.get(path)).status).toBe(200)
  })

  test("is finished once: the same address loaded again gives nothing", async () => {
    const { browser, person, provider } = await setting()
    const path = await comeBack(browser)
    const cookies = new Map(browser.cookies)
    expect((await browser.get(path)).status).toBe(200)
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    await expectExpired(await browser.get(path))
    expect(await sessionsOf(person)).toHaveLength(1)
    expect(provider.requestsTo("token")).toHaveLength(1)
  })

  test("of which twenty answers come at once is finished once", async () => {
    const { browser, person } = await setting()
    const path = await comeBack(browser)
    const responses = await Promise.all(Array.from({ length: 20 }, () => browser.get(path)))
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(responses.filter(({ status }) => status === 400)).toHaveLength(19)
    expect(await sessionsOf(person)).toHaveLength(1)
  })

  test("is over after fifteen minutes, and says that one can start again", async () => {
    const { browser, person, provider } = await setting()
    const path = await comeBack(browser)
    const { createdAt, expiresAt } = await db().loginFlow.findUniqueOrThrow({ where: flowOf(path) })
    const fifteenMinutes = addDuration(createdAt, seconds(900)).getTime()
    expect(Math.abs(expiresAt.getTime() - fifteenMinutes)).toBeLessThan(seconds(2))
    await db().loginFlow.update({ where: flowOf(path), data: { expiresAt: new Date() } })
    await expectExpired(await browser.get(path))
    expect(addressIn(await browser.get(path, html))).toMatch(
      /^\/sign-in\/error\?code=flow_expired&request_id=[\w-]+$/,
    )
    expect(await rowsOf(person)).toEqual([0, 0])
    expect(provider.requestsTo("token")).toEqual([])
  })

  test("whose answer has no state, a foreign one or two is refused, and two do not end it", async () => {
    const { browser } = await setting()
    const path = await comeBack(browser)
    const { searchParams } = new URL(path, appUrl)
    const callback = "/api/v1/auth/google/callback"
    for (const query of [
      "",
      "?code=x",
      "?state=&code=x",
      `?state=${"x".repeat(43)}&code=x`,
      "?state=%00&code=x",
    ])
      await expectExpired(await browser.get(callback + query))
    const twice = await browser.get(`${path}&state=${searchParams.get("state")}`)
    expect([twice.status, (await twice.json()).error]).toEqual([400, "invalid_request"])
    expect((await browser.get(path)).status).toBe(200)
  })

  test("is stored without what would let a reader of the database finish it", async () => {
    const { browser } = await setting()
    const path = await comeBack(browser)
    const [token = ""] = browser.cookies.values()
    const rows = await db().$queryRaw<object[]>`SELECT to_jsonb(f)::text AS row FROM login_flows f`
    expect(JSON.stringify(rows)).not.toContain(new URL(path, appUrl).searchParams.get("state"))
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test("is neither begun nor ended by HEAD, whose answer nobody reads", async () => {
    const { browser, variables } = await setting()
    const path = await comeBack(browser)
    const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ")
    const flows = await db().loginFlow.count()
    for (const target of ["/api/v1/auth/google/login", path]) {
      const request = new Request(new URL(target, appUrl), { method: "HEAD", headers: { cookie } })
      const response = await startedWith(variables, handleLogin)(request)
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"])
    }
    expect(await db().loginFlow.count()).toBe(flows)
    expect((await browser.get(path)).status).toBe(200)
  })

  test.each(["github", "facebook", "GOOGLE", "constructor"])(
    "with a provider that is not there begins and ends nowhere: %s",
    async (provider) => {
      const { browser } = await setting()
      for (const step of ["login", "callback"]) {
        const response = await browser.get(`/api/v1/auth/${provider}/${step}`)
        expect([step, response.status]).toEqual([step, 404])
        expect(response.headers.getSetCookie()).toEqual([])
      }
    },
  )
})

describe("the cookie of a flow", () => {
  test("is out of reach of scripts and other sites' forms, and gone after fifteen minutes", async () => {
    const { browser } = await setting()
    const [line, ...others] = (await beginLogin(browser)).headers.getSetCookie()
    expect(others).toEqual([])
    expect(line).toMatch(/^latchkey\.login-[\w-]{8}=[\w-]{43}; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/)
  })

  test("is kept by the host alone where there is https", async () => {
    const { browser } = await setting({ APP_URL: "https://app.example.test" })
    const [line] = (await beginLogin(browser)).headers.getSetCookie()
    expect(line).toMatch(
      /^__Host-latchkey\.login-[\w-]{8}=[^;]+; Path=\/; .*; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  test.each([
    ["well", {}],
    ["badly", faults.access_denied],
  ])("is cleared when the flow ends %s", async (_name, fault) => {
    const { browser, provider } = await setting()
    provider.arm(fault)
    const response = await signIn(browser)
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^latchkey\.login-[\w-]{8}=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax$/),
    ])
    expect(browser.cookies.size).toBe(0)
  })

  test("does not pile up: beyond eight that are left open, a new one takes the place of the oldest", async () => {
    const { browser } = await setting()
    const oldest = await comeBack(browser)
    const second = await comeBack(browser)
    for (let flow = 3; flow <= 9; flow++) await beginLogin(browser)
    expect(browser.cookies.size).toBe(8)
    await expectExpired(await browser.get(oldest))
    expect((await browser.get(second)).status).toBe(200)
  })
})

test.each(["iframe", "image", "script", "object", "style"])(
  "no sign-in is begun where the person does not see it: %s",
  async (destination) => {
    const { browser } = await setting()
    const flows = await db().loginFlow.count()
    for (const query of [{}, programQuery])
      for (const site of ["same-origin", "cross-site"]) {
        const headers = { "sec-fetch-site": site, "sec-fetch-dest": destination }
        const response = await beginLogin(browser, { query, headers })
        expect(response.status).toBe(403)
        expect(response.headers.getSetCookie()).toEqual([])
      }
    expect(await db().loginFlow.count()).toBe(flows)
  },
)

describe("a sign-in without a client", () => {
  test.each(["cross-site", "same-site"])("cannot be begun by a page of another site: %s", async (site) => {
    const { browser } = await setting()
    const flows = await db().loginFlow.count()
    const response = await beginLogin(browser, { headers: { "sec-fetch-site": site } })
    expect(response.status).toBe(403)
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await db().loginFlow.count()).toBe(flows)
  })

  test.each(["same-origin", "none"])("can be begun by our own pages and by the person: %s", async (site) => {
    const { browser } = await setting()
    expect((await beginLogin(browser, { headers: { "sec-fetch-site": site } })).status).toBe(302)
  })
})

describe("a registered client", () => {
  test("gets a code at its redirect URI, its state and our name, and no token in any address", async () => {
    const { browser, person } = await setting()
    const response = await signIn(browser, programQuery)
    expect(response.status).toBe(303)
    const url = new URL(addressIn(response))
    expect(url.origin + url.pathname).toBe(programRedirectUri)
    expect(url.hash).toBe("")
    expect(parametersIn(response)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: programQuery.state,
      iss: appUrl,
    })
    expect(await response.text()).toBe("")
    expect(await sessionsOf(person)).toEqual([])
    const { tokenType, expiresIn } = await redeem(parametersIn(response).code ?? "")
    expect([tokenType, expiresIn]).toEqual(["Bearer", 3600])
    expect(await sessionsOf(person)).toMatchObject([{ clientId: "cli" }])
  })

  test.each([
    ["cli", "http://127.0.0.1:49152/callback"],
    ["cli", "http://[::1]:8080/callback"],
    ["mobile", "com.latchkey.app:/callback"],
    ["spa", "http://localhost:5173/callback"],
  ])("is sent back to where it asked to be: %s at %s", async (client_id, redirect_uri) => {
    const { browser } = await setting()
    const response = await signIn(browser, { ...programQuery, client_id, redirect_uri })
    expect(response.status).toBe(303)
    expect(addressIn(response).split("?")[0]).toBe(redirect_uri)
  })

  test.each([
    "a&b=c#d%26%",
    "?code=x&iss=https://evil.test",
    "\r\nSet-Cookie: a=b",
    " + %20 ",
    "Zoë 🔑 \u202e",
    "<script>alert(1)</script>",
    "x".repeat(2000),
  ])("gets its state back to the byte: %j", async (state) => {
    const { browser } = await setting()
    const response = await signIn(browser, { ...programQuery, state })
    expect(parametersIn(response)).toEqual({ code: expect.any(String), state, iss: appUrl })
  })

  test("that sent no state gets none", async () => {
    const { browser } = await setting()
    const { state: _, ...query } = programQuery
    expect(Object.keys(parametersIn(await signIn(browser, query)))).toEqual(["code", "iss"])
  })

  test.each<[string, Record<string, string>]>([
    ["another host", { redirect_uri: "https://evil.test/callback" }],
    ["a script", { redirect_uri: "javascript:alert(1)" }],
    ["another client's redirect URI", { client_id: "mobile" }],
    ["an unknown client", { client_id: "nobody" }],
    ["PKCE plain", { code_challenge_method: "plain" }],
    ["a short challenge", { code_challenge: "x".repeat(10) }],
    ["a state of 2001 characters", { state: "x".repeat(2001) }],
    ["a state that cannot be stored", { state: "a\u0000b" }],
    ["a response of tokens", { response_type: "token" }],
  ])("is told of %s where it asks, and nobody is sent anywhere", async (_name, changes) => {
    const { browser } = await setting()
    for (const headers of [html, { accept: "application/json" }]) {
      const response = await beginLogin(browser, { query: { ...programQuery, ...changes }, headers })
      expect(response.status).toBe(400)
      expect((await response.json()).error).toMatch(/^invalid_(request|client)$/)
      expect(addressIn(response)).toBe("")
      expect(response.headers.getSetCookie()).toEqual([])
    }
  })

  test.each(Object.keys(programQuery))("is told that it gave %s twice", async (name) => {
    const { browser } = await setting()
    const query = new URLSearchParams(programQuery)
    query.append(name, query.get(name) ?? "")
    const response = await browser.get(`/api/v1/auth/google/login?${query}`)
    expect([response.status, (await response.json()).error]).toEqual([400, "invalid_request"])
  })

  test("may be opened from a page of any site, for what comes of it goes only to the client", async () => {
    const { browser } = await setting()
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" }
    expect((await beginLogin(browser, { query: programQuery, headers })).status).toBe(302)
  })

  test("is given no code before the person has chosen an account at the provider", async () => {
    const { browser } = await setting()
    const response = await beginLogin(browser, { query: programQuery, headers: {} })
    expect(new URL(addressIn(response)).searchParams.get("prompt")).toBe("select_account")
  })

  test("gets its code and its own query at a redirect URI that has one", async () => {
    const { browser } = await setting()
    const path = await comeBack(browser, programQuery)
    const redirectUri = `${programRedirectUri}?tenant=7`
    await db().loginFlow.update({ where: flowOf(path), data: { redirectUri } })
    expect(parametersIn(await browser.get(path))).toEqual({
      tenant: "7",
      code: expect.any(String),
      state: programQuery.state,
      iss: appUrl,
    })
  })

  test.each([
    ["access_denied", faults.access_denied],
    ["access_denied", faults.email_unverified],
    ["temporarily_unavailable", faults.token_500],
    ["access_denied", providerError("invalid_scope")],
  ])("is told of a failure in the words of OAuth: %s", async (error, fault) => {
    const { browser, provider } = await setting()
    provider.arm(fault)
    expect(parametersIn(await signIn(browser, programQuery))).toEqual({
      error,
      error_description: expect.stringMatching(/^[a-z_]+: the sign-in was not completed\.$/),
      state: programQuery.state,
      iss: appUrl,
    })
  })
})

describe("a refusal", () => {
  test("is a page for a person and JSON for a program", async () => {
    const { browser, provider } = await setting()
    provider.arm(faults.access_denied)
    const page = await browser.get(await comeBack(browser), html)
    expect(page.status).toBe(303)
    expect(addressIn(page)).toMatch(/^\/sign-in\/error\?code=access_denied&request_id=[\w-]+$/)
    for (const accept of ["", "application/json", "*/*"]) {
      const response = await browser.get(await comeBack(browser), { accept })
      expect([response.status, (await response.json()).error]).toEqual([400, "access_denied"])
    }
  })

  test.each([
    [400, "access_denied", faults.email_unverified],
    [503, "temporarily_unavailable", faults.token_500],
    [400, "access_denied", providerError("invalid_scope")],
  ])("is %i %s in JSON: the same word as a client is told", async (status, error, fault) => {
    const { browser, provider } = await setting()
    provider.arm(fault)
    const response = await signIn(browser)
    expect([response.status, (await response.json()).error]).toEqual([status, error])
  })

  test("repeats nothing of what the provider sent along", async () => {
    const { browser, provider } = await setting()
    const markup = "<script>alert(1)</script>"
    const answers = [
      denyWith(markup.repeat(200)),
      (params: URLSearchParams) => params.set("error", markup),
      (params: URLSearchParams) => params.set("error", markup.repeat(200)),
    ]
    for (const response of answers) {
      provider.arm({ response })
      for (const query of [{}, programQuery]) {
        const path = await comeBack(browser, query)
        const answer = await browser.get(path, html)
        expect(answer.status).toBe(303)
        expect(decodeURIComponent(addressIn(answer)) + (await answer.text())).not.toMatch(/alert|<|>/)
      }
    }
    expect(browser.cookies.size).toBe(0)
  })

  test("is 503 with a time to come back while the provider is away, at either end", async () => {
    for (const fault of [faults.discovery_500, faults.token_500]) {
      const { browser, provider } = await setting()
      provider.arm(fault)
      const begun = await beginLogin(browser)
      const { redirect_url } = await begun.clone().json()
      const response = redirect_url ? await browser.get(await browser.visitProvider(redirect_url)) : begun
      expect([response.status, (await response.json()).error]).toEqual([503, "temporarily_unavailable"])
      expect(response.headers.get("retry-after")).toBe("5")
    }
  })
})

describe("a hostile provider, in a sign-in that ends in tokens,", () =>
  testEveryFault(google, throughPlainLogin))

describe("a hostile provider, in a sign-in that ends in a code,", () =>
  testEveryFault(google, throughProgramLogin))

describe("a provider's keys", () => {
  test("may be rotated between two sign-ins, which costs one look", async () => {
    const { browser, provider } = await setting()
    await signIn(browser)
    await provider.rotateKeys()
    expect((await signIn(browser)).status).toBe(200)
    expect(provider.requestsTo("jwks")).toHaveLength(2)
  })

  test("are not fetched again and again for invented ids, and others still sign in", async () => {
    const { browser, provider } = await setting()
    await signIn(browser)
    provider.arm(faults.kid_unknown)
    for (let attempt = 0; attempt < 100; attempt++) await signIn(browser)
    expect(provider.requestsTo("jwks").length).toBeLessThanOrEqual(4)
    provider.disarm()
    expect((await signIn(browser)).status).toBe(200)
  })
})

describe("a database that is away", () => {
  afterEach(databaseReturns)

  async function databaseReturns(): Promise<void> {
    proxy.setMode("pass")
    // Connections that were cut are noticed one by one.
    await vi.waitFor(() => Promise.all(Array.from({ length: 10 }, () => db().$queryRaw`SELECT 1`)), {
      timeout: seconds(10),
    })
  }

  async function expectUnavailable(response: Response): Promise<void> {
    expect(response.status).toBe(503)
    expect(response.headers.get("retry-after")).toBe("5")
    expect(response.headers.getSetCookie()).toEqual([])
    const body = await response.json()
    expect(body.error).toBe("temporarily_unavailable")
    expect(JSON.stringify(body)).not.toMatch(/prisma|postgres|ECONN|127\.0\.0\.1|stack/i)
  }

  test.each(["refuse", "hold"] as const)(
    "(%s) begins nothing, and loses no flow that is under way",
    async (mode) => {
      const { browser, person } = await setting()
      const path = await comeBack(browser)
      proxy.setMode(mode)
      await expectUnavailable(await beginLogin(browser))
      await expectUnavailable(await browser.get(path))
      const page = await browser.get(path, html)
      expect([page.status, page.headers.get("retry-after")]).toEqual([503, "5"])
      expect(page.headers.getSetCookie()).toEqual([])
      expect(await page.text()).toContain("/sign-in/error?code=unavailable")
      await databaseReturns()
      expect((await browser.get(path)).status).toBe(200)
      expect(await sessionsOf(person)).toHaveLength(1)
    },
  )

  test("in the middle of a sign-in leaves nothing half done, and says to come back", async () => {
    const { browser, provider, person } = await setting()
    provider.arm({
      idToken(jwt) {
        proxy.setMode("refuse")
        return jwt
      },
    })
    const [plain, program] = [await comeBack(browser), await comeBack(browser, programQuery)]
    const answer = await browser.get(plain)
    expect([answer.status, (await answer.json()).error]).toEqual([503, "temporarily_unavailable"])
    await databaseReturns()
    expect(parametersIn(await browser.get(program))).toMatchObject({ error: "temporarily_unavailable" })
    await databaseReturns()
    expect(await rowsOf(person)).toEqual([0, 0])
    provider.disarm()
    expect((await signIn(browser)).status).toBe(200)
  })

  test("takes a code from nobody: it is good afterwards", async () => {
    const { browser } = await setting()
    const { code = "" } = parametersIn(await signIn(browser, programQuery))
    proxy.setMode("refuse")
    await expect(redeem(code)).rejects.toMatchObject({ code: "unavailable" })
    await databaseReturns()
    expect((await redeem(code)).refreshToken).toMatch(/^rt_/)
  })
})

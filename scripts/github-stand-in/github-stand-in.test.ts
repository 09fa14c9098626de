import { createHash, randomBytes } from "node:crypto"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { minutes } from "../../lib/duration"
import { type GithubStandIn, startGithubStandIn } from "./github-stand-in"

const clientId = "latchkey-dev"
const clientSecret = "a secret / with + characters:"
const callback = "http://localhost:3999/api/v1/auth/github/callback"

let standIn: GithubStandIn

const start = () => startGithubStandIn({ port: 0, clientId, clientSecret })

beforeAll(async () => {
  standIn = await start()
})

afterAll(() => standIn.close())

const random = () => randomBytes(32).toString("base64url")

function beginFlow(params: Record<string, string> = {}) {
  const [verifier, state] = [random(), random()]
  const request = new URL("/login/oauth/authorize", standIn.url)
  request.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: "code",
    scope: "read:user user:email",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state,
    ...params,
  }).toString()
  return { verifier, state, request }
}

type Flow = ReturnType<typeof beginFlow>

/** The page, or with a form what becomes of it. */
async function visit(url: URL, form?: Record<string, string>) {
  const response = await fetch(url, {
    redirect: "manual",
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
  })
  const location = response.headers.get("location") ?? ""
  return { status: response.status, headers: response.headers, location, html: await response.text() }
}

/** What comes back to the app. */
async function sendBack({ request }: Flow, form?: Record<string, string>) {
  const { location } = await visit(request, form)
  expect(location).toMatch(`${callback}?`)
  return Object.fromEntries(new URL(location).searchParams)
}

/** Chooses an account on the flow's page; the code that comes back to the app. */
async function chooseAccount(flow: Flow, account: string): Promise<string> {
  const { code = "", ...rest } = await sendBack(flow, { account })
  expect(rest).toEqual({ state: flow.state, iss: `${standIn.url}/login/oauth` })
  return code
}

const secretInBody = { client_id: clientId, client_secret: clientSecret }
const json = { accept: "application/json" }

async function exchange(code: string, verifier: string, body: Record<string, string> = secretInBody) {
  const response = await postGrant({ code, code_verifier: verifier, redirect_uri: callback, ...body }, json)
  expect(response.status).toBe(200)
  return (await response.json()) as Record<string, string>
}

function postGrant(body: Record<string, string>, headers: Record<string, string>) {
  return fetch(`${standIn.url}/login/oauth/access_token`, {
    method: "POST",
    headers,
    body: new URLSearchParams(body),
  })
}

async function signIn(account: string, params: Record<string, string> = {}): Promise<string> {
  const flow = beginFlow(params)
  const { access_token = "" } = await exchange(await chooseAccount(flow, account), flow.verifier)
  return access_token
}

async function get(path: string, token?: string) {
  const response = await fetch(`${standIn.url}/api/v3${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  return { status: response.status, body: await response.json() }
}

/** The account as the app sees it after a sign-in. */
async function getAccount(address: string) {
  const token = await signIn(address)
  return { user: (await get("/user", token)).body, emails: (await get("/user/emails", token)).body }
}

describe("a sign-in", () => {
  test("gives a bearer token for the scopes that were asked for", async () => {
    const flow = beginFlow()
    const answer = await exchange(await chooseAccount(flow, "ada@example.test"), flow.verifier)
    expect(answer).toEqual({
      access_token: expect.stringMatching(/^gho_\w{36}$/),
      token_type: "bearer",
      scope: "read:user,user:email",
    })
  })

  test("shows who it is, and every address of theirs", async () => {
    const { user, emails } = await getAccount("grace@example.test")
    expect(user).toMatchObject({
      id: expect.any(Number),
      login: "grace",
      name: "Grace Loop",
      email: null,
      avatar_url: `${standIn.url}/avatars/u/${user.id}`,
    })
    expect(user).not.toHaveProperty("emails")
    expect(Number.isSafeInteger(user.id) && user.id > 0).toBe(true)
    expect(emails).toEqual([
      {
        email: `${user.id}+grace@users.noreply.github.test`,
        primary: false,
        verified: true,
        visibility: null,
      },
      { email: "grace@example.test", primary: true, verified: true, visibility: "private" },
    ])

    const picture = await fetch(user.avatar_url)
    expect(picture.headers.get("content-type")).toBe("image/svg+xml")
  })

  test("tells a public address and an unverified one apart", async () => {
    expect((await getAccount("ada@example.test")).user.email).toBe("ada@example.test")
    const { user, emails } = await getAccount("uma@example.test")
    expect(user.email).toBeNull()
    expect(emails).toContainEqual(expect.objectContaining({ primary: true, verified: false }))
  })

  test("takes any other address, and names its owner after it", async () => {
    const { user, emails } = await getAccount(" Mary.Ann-Moss+test@Example.org ")
    expect(user).toMatchObject({ login: "mary-ann-moss-test", name: "Mary Ann Moss" })
    expect(emails).toContainEqual(expect.objectContaining({ email: "mary.ann-moss+test@example.org" }))
  })

  test("accepts the client's secret in a header as well", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    const authorization = `Basic ${btoa([clientId, clientSecret].map(encodeURIComponent).join(":"))}`
    const grant = { code, code_verifier: flow.verifier, redirect_uri: callback }
    const response = await postGrant(grant, { ...json, authorization })
    expect(await response.json()).toHaveProperty("access_token")
  })

  test("answers as a form unless asked for JSON", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    const grant = { code, code_verifier: flow.verifier, redirect_uri: callback, ...secretInBody }
    const response = await postGrant(grant, {})
    expect(response.headers.get("content-type")).toBe("application/x-www-form-urlencoded")
    expect(new URLSearchParams(await response.text()).get("token_type")).toBe("bearer")
  })

  test.each(["127.0.0.1", "[::1]"])("is answered on %s too", async (address) => {
    const { request } = beginFlow()
    request.host = `${address}:${request.port}`
    expect(await visit(request)).toMatchObject({ status: 200 })
  })
})

describe("the account chooser", () => {
  test("allows no script and no frame, and says what it is", async () => {
    const { html, headers } = await visit(beginFlow().request)
    expect(html).toContain("Local stand-in for GitHub: no password, development only")
    expect(html).toContain("<h1>Sign in to GitHub</h1>")
    expect(html).not.toMatch(/<script|style=/)
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  })

  test("asks for a better address, without reflecting markup", async () => {
    const again = await visit(beginFlow().request, { account: '"><script>alert(1)</script>' })
    expect(again.status).toBe(422)
    expect(again.html).toContain("Enter an email address")
    expect(again.html).not.toContain("<script")
  })

  test("Cancel goes back with access_denied", async () => {
    const flow = beginFlow()
    const answer = await sendBack(flow, { cancel: "yes" })
    expect(answer).toMatchObject({ error: "access_denied", state: flow.state })
    expect(answer).not.toHaveProperty("code")
  })
})

describe("refused", () => {
  afterEach(() => vi.useRealTimers())

  test("a wrong code verifier, which spends the code", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    expect((await exchange(code, random())).error).toBe("bad_verification_code")
    expect((await exchange(code, flow.verifier)).error).toBe("bad_verification_code")
  })

  test("a code used twice", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    await exchange(code, flow.verifier)
    expect((await exchange(code, flow.verifier)).error).toBe("bad_verification_code")
  })

  test("a code ten minutes old", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + minutes(10) + 1 })
    expect((await exchange(code, flow.verifier)).error).toBe("bad_verification_code")
  })

  test.each([
    [{ client_secret: "wrong" }, "incorrect_client_credentials"],
    [{ client_id: "another" }, "incorrect_client_credentials"],
    [{ redirect_uri: "http://localhost:3999/api/auth/callback/github" }, "redirect_uri_mismatch"],
  ])("the exchange with %o", async (change, error) => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    const answer = await exchange(code, flow.verifier, { ...secretInBody, ...change })
    expect(answer).toEqual({
      error,
      error_description: expect.any(String),
      error_uri: expect.stringContaining(error.replaceAll("_", "-")),
    })
  })

  test.each([
    "http://evil.test/api/auth/callback/github",
    "http://localhost@evil.test/api/auth/callback/github",
    "https://localhost/api/auth/callback/github",
    "http://localhost:3000/api/auth/callback/google",
    "http://localhost:3000/api/auth/callback/github?next=evil",
    "javascript:alert(1)",
    "",
  ])("the redirect to %s", async (redirect_uri) => {
    const page = await visit(beginFlow({ redirect_uri }).request, { account: "ada@example.test" })
    expect(page).toMatchObject({ status: 400, location: "" })
    expect(page.html).toContain("redirect_uri_mismatch")
  })

  test.each([
    "http://localhost:3000/api/auth/callback/github",
    "http://127.0.0.1:41234/api/v1/auth/github/callback",
    "http://[::1]:3000/api/auth/callback/github",
  ])("but not the redirect to %s", async (redirect_uri) => {
    expect(await visit(beginFlow({ redirect_uri }).request)).toMatchObject({ status: 200 })
  })

  test.each<Record<string, string>>([{ code_challenge: "" }, { code_challenge_method: "plain" }])(
    "the request with %o",
    async (params) => {
      const flow = beginFlow(params)
      expect(await sendBack(flow)).toMatchObject({ error: "invalid_request", state: flow.state })
    },
  )

  test("another client", async () => {
    expect(await visit(beginFlow({ client_id: "another" }).request)).toMatchObject({ status: 400 })
  })

  test("the API without a token, or with an invented one", async () => {
    expect(await get("/user")).toMatchObject({ status: 401, body: { message: "Requires authentication" } })
    expect(await get("/user", "gho_made_up")).toMatchObject({
      status: 401,
      body: { message: "Bad credentials" },
    })
  })

  test("the addresses without their scope", async () => {
    const token = await signIn("ada@example.test", { scope: "read:user" })
    expect(await get("/user", token)).toMatchObject({ status: 200 })
    expect(await get("/user/emails", token)).toMatchObject({ status: 404 })
  })
})

describe("after a restart", () => {
  test("people are the same, and their tokens are not", async () => {
    const token = await signIn("someone@example.org")
    const before = await get("/user", token)
    await standIn.close()
    standIn = await start()
    expect((await getAccount("someone@example.org")).user.id).toBe(before.body.id)
    expect(await get("/user", token)).toMatchObject({ status: 401 })
  })
})

describe("does not start", () => {
  const options = { port: 0, clientId: "dev", clientSecret: "dev" }
  beforeEach(() => () => vi.unstubAllEnvs())

  test("in production, except as a preview", async () => {
    vi.stubEnv("NODE_ENV", "production")
    await expect(startGithubStandIn(options)).rejects.toThrow(/production/)
    vi.stubEnv("LATCHKEY_PREVIEW", "1")
    await (await startGithubStandIn(options)).close()
  })

  test("beyond loopback", async () => {
    // @ts-expect-error the type says so too
    await expect(startGithubStandIn({ ...options, host: "0.0.0.0" })).rejects.toThrow(/loopback/)
  })

  test.each([
    { clientId: "Ov23liABCDEFGHIJKLMN" },
    { clientId: "Iv1.0123456789abcdef" },
    { clientSecret: "0123456789abcdef0123456789abcdef01234567" },
  ])("with credentials of the real GitHub: %o", async (real) => {
    await expect(startGithubStandIn({ ...options, ...real })).rejects.toThrow(/real GitHub/)
  })
})

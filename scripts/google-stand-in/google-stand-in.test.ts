import { createHash, randomBytes } from "node:crypto"
import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { createRemoteJWKSet, jwtVerify } from "jose"
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { type GoogleStandIn, startGoogleStandIn } from "./google-stand-in"

const clientId = "latchkey-dev"
const clientSecret = "a secret / with + characters:"
const callback = "http://localhost:3999/api/v1/auth/google/callback"

let dataDir: string
let standIn: GoogleStandIn
let discovery: Record<string, string>

const start = (port = 0) => startGoogleStandIn({ port, clientId, clientSecret, dataDir })

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "google-stand-in-"))
  standIn = await start()
  discovery = await (await fetch(`${standIn.issuer}/.well-known/openid-configuration`)).json()
})

afterAll(async () => {
  await standIn.close()
  await rm(dataDir, { recursive: true })
})

/** A browser without scripts: keeps cookies by path and follows redirects within the stand-in. */
function openBrowser() {
  const cookies = new Map<string, { value: string; path: string }>()

  return async function visit(target: string | URL, form?: Record<string, string>): Promise<Visit> {
    const url = new URL(target)
    const sent = [...cookies].filter(([, cookie]) => url.pathname.startsWith(cookie.path))
    const response = await fetch(url, {
      redirect: "manual",
      headers: {
        accept: "text/html",
        cookie: sent.map(([name, { value }]) => `${name}=${value}`).join("; "),
      },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = "", cookiePath = "/"] = /^([^=]+)=([^;]*).*?path=([^;]+)/i.exec(line) ?? []
      cookies.set(name, { value, path: cookiePath })
    }
    const location = response.headers.get("location")
    const next = location && new URL(location, url)
    if (!next) return { url, status: response.status, headers: response.headers, html: await response.text() }
    if (next.origin === url.origin) return visit(next)
    return { url: next, status: response.status, headers: response.headers, html: "" }
  }
}

interface Visit {
  url: URL
  status: number
  headers: Headers
  html: string
}

interface Flow {
  verifier: string
  nonce: string
  state: string
  request: URL
}

const random = () => randomBytes(32).toString("base64url")

function beginFlow(params: Record<string, string> = {}): Flow {
  const [verifier, nonce, state] = [random(), random(), random()]
  const request = new URL(discovery.authorization_endpoint ?? "")
  request.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid email profile",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    state,
    nonce,
    ...params,
  }).toString()
  return { verifier, nonce, state, request }
}

/** Chooses an account on the flow's page; the code that comes back to the app. */
async function chooseAccount(flow: Flow, account: string, visit = openBrowser()): Promise<string> {
  const chooser = await visit(flow.request)
  const { url } = await visit(chooser.url, { account })
  expect(url.origin + url.pathname).toBe(callback)
  expect(url.searchParams.get("state")).toBe(flow.state)
  expect(url.searchParams.get("iss")).toBe(standIn.issuer)
  return url.searchParams.get("code") ?? ""
}

const secretInBody = { body: { client_id: clientId, client_secret: clientSecret }, headers: {} }
const secretInHeader = {
  body: {},
  headers: { authorization: `Basic ${btoa([clientId, clientSecret].map(encodeURIComponent).join(":"))}` },
}

function exchange(code: string, verifier: string, { body, headers } = secretInBody as Authentication) {
  const grant = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: callback }
  return fetch(discovery.token_endpoint ?? "", {
    method: "POST",
    headers,
    body: new URLSearchParams({ ...grant, ...body }),
  })
}

interface Authentication {
  body: Record<string, string>
  headers: Record<string, string>
}

async function signIn(account: string, params: Record<string, string> = {}, visit = openBrowser()) {
  const flow = beginFlow(params)
  const response = await exchange(await chooseAccount(flow, account, visit), flow.verifier)
  expect(response.status).toBe(200)
  const tokens = (await response.json()) as { id_token: string; access_token: string }

  const { payload, protectedHeader } = await jwtVerify(
    tokens.id_token,
    createRemoteJWKSet(new URL(discovery.jwks_uri ?? "")),
    { issuer: standIn.issuer, audience: clientId, algorithms: ["RS256"], requiredClaims: ["iat", "exp"] },
  )
  expect(payload.nonce).toBe(flow.nonce)
  return { claims: payload, header: protectedHeader, accessToken: tokens.access_token }
}

function fetchUserInfo(accessToken: string) {
  return fetch(discovery.userinfo_endpoint ?? "", { headers: { authorization: `Bearer ${accessToken}` } })
}

describe("discovery", () => {
  test("names Google's paths, RS256 alone and both ways of client authentication", () => {
    expect(discovery).toMatchObject({
      issuer: standIn.issuer,
      authorization_endpoint: `${standIn.issuer}/o/oauth2/v2/auth`,
      token_endpoint: `${standIn.issuer}/token`,
      jwks_uri: `${standIn.issuer}/oauth2/v3/certs`,
      userinfo_endpoint: `${standIn.issuer}/v1/userinfo`,
      revocation_endpoint: `${standIn.issuer}/revoke`,
      id_token_signing_alg_values_supported: ["RS256"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    })
  })

  test.each(["127.0.0.1", "[::1]"])("answers on %s", async (address) => {
    const response = await fetch(`http://${address}:${new URL(standIn.issuer).port}/oauth2/v3/certs`)
    const { keys } = (await response.json()) as { keys: Record<string, string>[] }
    expect(keys).toHaveLength(1)
    expect(keys[0]).not.toHaveProperty("d")
  })
})

describe("a sign-in", () => {
  test("carries the claims of a consumer account in a signed ID token", async () => {
    const { claims, header, accessToken } = await signIn("ada@example.test")
    expect(header.kid).toEqual(expect.any(String))
    expect(claims).toMatchObject({
      azp: clientId,
      sub: expect.stringMatching(/^1\d{20}$/),
      email: "ada@example.test",
      email_verified: true,
      name: "Ada Byte",
      given_name: "Ada",
      family_name: "Byte",
      picture: `${standIn.issuer}/a/${claims.sub}.svg`,
    })
    expect(claims).not.toHaveProperty("hd")
    expect(claims).not.toHaveProperty("auth_time")

    const picture = await fetch(String(claims.picture))
    expect(picture.headers.get("content-type")).toBe("image/svg+xml")

    const userInfo = await fetchUserInfo(accessToken)
    expect(await userInfo.json()).toMatchObject({ sub: claims.sub, email: "ada@example.test" })
  })

  test("tells a workspace account and an unverified address apart", async () => {
    expect((await signIn("wanda@byteworks.test")).claims.hd).toBe("byteworks.test")
    expect((await signIn("uma@example.test")).claims.email_verified).toBe(false)
  })

  test("takes any other address, and names its owner after it", async () => {
    const { claims } = await signIn(" Mary.Ann-Moss+test@Example.org ")
    expect(claims).toMatchObject({ email: "mary.ann-moss+test@example.org", name: "Mary Ann Moss" })
  })

  test("has an auth_time when max_age or the claims parameter asks for one", async () => {
    const now = Math.floor(Date.now() / 1000)
    const asked = { id_token: { auth_time: { essential: true } } }
    for (const params of [{ max_age: "0" }, { claims: JSON.stringify(asked) }] as Record<string, string>[]) {
      const { claims } = await signIn("ada@example.test", params)
      expect(Number(claims.auth_time) - now).toBeLessThan(30)
      expect(Number(claims.auth_time)).toBeGreaterThanOrEqual(now)
    }
  })

  test.each(["select_account", "consent", "login", "select_account consent"])(
    "allows prompt=%s",
    async (prompt) => {
      expect((await signIn("ada@example.test", { prompt })).claims.email).toBe("ada@example.test")
    },
  )

  test("accepts client_secret_basic as well", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    expect((await exchange(code, flow.verifier, secretInHeader)).status).toBe(200)
  })
})

describe("the account chooser", () => {
  test("asks again in a browser that signed somebody in before", async () => {
    const visit = openBrowser()
    for (const account of ["ada@example.test", "grace@example.test"]) {
      expect((await signIn(account, {}, visit)).claims.email).toBe(account)
    }
  })

  test("allows no script and no frame, and says what it is", async () => {
    const { html, headers } = await openBrowser()(beginFlow().request)
    expect(html).toContain("Local stand-in for Google: no password, development only")
    expect(html).not.toMatch(/<script|style=/)
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  })

  test("asks for a better address, without reflecting markup", async () => {
    const visit = openBrowser()
    const { url } = await visit(beginFlow().request)
    const again = await visit(url, { account: '"><script>alert(1)</script>' })
    expect(again.status).toBe(422)
    expect(again.html).toContain("Enter an email address")
    expect(again.html).not.toContain("<script")
  })

  test("Cancel goes back with access_denied", async () => {
    const flow = beginFlow()
    const visit = openBrowser()
    const chooser = await visit(flow.request)
    const { url } = await visit(chooser.url, { cancel: "yes" })
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ error: "access_denied", state: flow.state })
  })

  test("has ended for another browser", async () => {
    const { url } = await openBrowser()(beginFlow().request)
    expect(await openBrowser()(url)).toMatchObject({ status: 400 })
  })
})

describe("refused", () => {
  const refusal = async (response: Response) => [response.status, await response.json()]
  const invalidGrant = [400, expect.objectContaining({ error: "invalid_grant" })]

  test("a wrong code verifier", async () => {
    const code = await chooseAccount(beginFlow(), "ada@example.test")
    expect(await refusal(await exchange(code, random()))).toEqual(invalidGrant)
  })

  test("a code used twice, which also ends its access token", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    const { access_token } = (await (await exchange(code, flow.verifier)).json()) as { access_token: string }
    expect(await refusal(await exchange(code, flow.verifier))).toEqual(invalidGrant)
    expect((await fetchUserInfo(access_token)).status).toBe(401)
  })

  test("a wrong client secret", async () => {
    const flow = beginFlow()
    const code = await chooseAccount(flow, "ada@example.test")
    const wrong = { body: { client_id: clientId, client_secret: "wrong" }, headers: {} }
    expect((await exchange(code, flow.verifier, wrong)).status).toBe(401)
  })

  test.each([
    "http://evil.test/api/auth/callback/google",
    "http://localhost.evil.test/api/auth/callback/google",
    "http://localhost@evil.test/api/auth/callback/google",
    "https://localhost/api/auth/callback/google",
    "http://localhost:3000/api/auth/callback/google/../evil",
    "http://localhost:3000/api/auth/callback/google?next=evil",
    "http://localhost:3000/elsewhere",
    "javascript:alert(1)",
  ])("the redirect to %s", async (redirect_uri) => {
    const page = await openBrowser()(beginFlow({ redirect_uri }).request)
    expect(page).toMatchObject({ status: 400, url: expect.objectContaining({ origin: standIn.issuer }) })
    expect(page.html).toContain("invalid_redirect_uri")
  })

  test.each([
    "http://localhost:3000/api/auth/callback/google",
    "http://127.0.0.1:41234/api/v1/auth/google/callback",
    "http://[::1]:3000/api/auth/callback/google",
  ])("but not the redirect to %s", async (redirect_uri) => {
    expect(await openBrowser()(beginFlow({ redirect_uri }).request)).toMatchObject({ status: 200 })
  })

  test.each([
    [{ code_challenge: "", code_challenge_method: "" }, "invalid_request"],
    [{ response_type: "id_token" }, "unsupported_response_type"],
    [{ prompt: "none" }, "login_required"],
  ])("the request with %o", async (params, error) => {
    const { url } = await openBrowser()(beginFlow(params).request)
    const reply = new URLSearchParams(url.search || url.hash.slice(1))
    expect(reply.get("error")).toBe(error)
  })

  test("another client", async () => {
    const { status } = await openBrowser()(beginFlow({ client_id: "another" }).request)
    expect(status).toBe(400)
  })
})

describe("after a restart", () => {
  test("people and signing key are the same, and the key is its owner's alone", async () => {
    const before = await signIn("someone@example.org")
    await standIn.close()
    standIn = await start(Number(new URL(standIn.issuer).port))
    const after = await signIn("someone@example.org")

    expect(after.claims.sub).toBe(before.claims.sub)
    expect(after.header.kid).toBe(before.header.kid)
    const { mode } = await stat(path.join(dataDir, "google-stand-in-key.json"))
    expect(mode & 0o777).toBe(0o600)
  })
})

describe("does not start", () => {
  const options = { port: 0, clientId: "dev", clientSecret: "dev" }
  beforeEach(() => () => vi.unstubAllEnvs())

  test("in production, except as a preview", async () => {
    vi.stubEnv("NODE_ENV", "production")
    await expect(startGoogleStandIn({ ...options, dataDir })).rejects.toThrow(/production/)
    vi.stubEnv("LATCHKEY_PREVIEW", "1")
    await (await startGoogleStandIn({ ...options, dataDir })).close()
  })

  test("beyond loopback", async () => {
    // @ts-expect-error the type says so too
    await expect(startGoogleStandIn({ ...options, dataDir, host: "0.0.0.0" })).rejects.toThrow(/loopback/)
  })

  test("with credentials of the real Google", async () => {
    const clientId = "1234.apps.googleusercontent.com"
    await expect(startGoogleStandIn({ ...options, dataDir, clientId })).rejects.toThrow(/real Google/)
  })

  test("and prints no warning of its library when it does", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue()
    await (await startGoogleStandIn({ ...options, dataDir })).close()
    expect(warn).not.toHaveBeenCalled()
  })
})

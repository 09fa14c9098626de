import { once } from "node:events"
import { createServer } from "node:http"
import type { Page } from "@playwright/test"
import { createRemoteJWKSet, jwtVerify } from "jose"
import * as client from "openid-client"
import { loginCookie } from "@/lib/auth/cookies"
import { env } from "@/lib/env"
import { isPortFree } from "@/scripts/support/ports"
import { expect, test } from "./fixtures"
import { me, type Pair, post, refresh, refreshed, signInPlain } from "./programs"

// A client library that knows nothing of us but the standards signs in against the production build: what its
// checks accept, other people's clients do too.

type Configuration = client.Configuration

const appUrl = env().APP_URL

test("a command line program does everything by discovery: sign in, call, refresh, ask, sign out", async ({
  page,
}) => {
  const config = await discover("cli")
  const listener = await listenForCallback()
  const login = await beginLogin(config, listener.redirectUri)
  await page.goto(login.url.href)
  await chooseAccount(page, `cli-${Date.now()}@example.test`)
  const tokens = await client.authorizationCodeGrant(config, await listener.called, login.checks)
  expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 3600, scope: "ai:invoke" })

  const { payload } = await verifyByKeySet(config, tokens.access_token)
  expect(payload).toMatchObject({ client_id: "cli", amr: ["google"], scope: "ai:invoke" })
  const caller = await client.fetchProtectedResource(
    config,
    tokens.access_token,
    new URL("/api/v1/me", appUrl),
    "GET",
  )
  expect(await caller.json()).toMatchObject({
    type: "user",
    user: { id: payload.sub },
    scopes: ["ai:invoke"],
  })

  const second = await client.refreshTokenGrant(config, tokens.refresh_token ?? "")
  expect(second.refresh_token).not.toBe(tokens.refresh_token)
  const asking = withBearer(config, second.access_token)
  for (const token of [second.access_token, second.refresh_token ?? ""]) {
    const answer = await client.tokenIntrospection(asking, token)
    expect(answer).toMatchObject({ active: true, client_id: "cli", sub: payload.sub, sid: payload.sid })
  }
  expect(await client.tokenIntrospection(asking, tokens.refresh_token ?? "")).toEqual({ active: false })

  await client.tokenRevocation(config, second.refresh_token ?? "")
  for (const token of [tokens.access_token, second.access_token])
    expect((await me(appUrl, token)).status).toBe(401)
  await expect(client.refreshTokenGrant(config, second.refresh_token ?? "")).rejects.toMatchObject({
    error: "invalid_grant",
  })
})

test("a sign-in that the person cancels comes back to the program as an error with its state", async ({
  page,
}) => {
  const config = await discover("cli")
  const listener = await listenForCallback()
  const login = await beginLogin(config, listener.redirectUri)
  await page.goto(login.url.href)
  await page.getByRole("button", { name: "Cancel" }).click()
  const grant = client.authorizationCodeGrant(config, await listener.called, login.checks)
  await expect(grant).rejects.toMatchObject({ error: "access_denied" })
})

test("GitHub signs a person in the same way", async ({ page }) => {
  const { supportsPKCE: _, ...server } = (await discover("cli")).serverMetadata()
  const authorization_endpoint = `${appUrl}/api/v1/auth/github/login`
  const config = configure({ ...server, authorization_endpoint }, "cli")
  const listener = await listenForCallback()
  const login = await beginLogin(config, listener.redirectUri)
  await page.goto(login.url.href)
  const address = `octo-${Date.now()}@example.test`
  await chooseAccount(page, address)
  const tokens = await client.authorizationCodeGrant(config, await listener.called, login.checks)
  const { payload } = await verifyByKeySet(config, tokens.access_token)
  expect(payload.amr).toEqual(["github"])
  expect(await (await me(appUrl, tokens.access_token)).json()).toMatchObject({ user: { email: address } })
})

test.describe("in a browser on another origin", () => {
  test.use({ expectedConsoleErrors: ["blocked by CORS policy", "net::ERR_FAILED"] })

  test("a single-page app does it all with fetch(), and a page elsewhere reads nothing", async ({ page }) => {
    test.skip(
      !process.env.CI && !(await isPortFree(5173)),
      "Something else listens on port 5173, the only address of this client.",
    )
    const app = await serve(5173)
    try {
      await page.goto(`${app.origin}/`)
      const config = await discover("spa", fetchIn(page))
      const login = await beginLogin(config, `${app.origin}/callback`)
      await page.goto(login.url.href)
      await chooseAccount(page, `spa-${Date.now()}@example.test`)
      await page.waitForURL(`${app.origin}/callback?**`)
      const tokens = await client.authorizationCodeGrant(config, new URL(page.url()), login.checks)
      const second = await client.refreshTokenGrant(config, tokens.refresh_token ?? "")
      expect((await me(appUrl, second.access_token)).status).toBe(200)

      await page.goto(`http://127.0.0.1:5173/`)
      await expect(client.refreshTokenGrant(config, second.refresh_token ?? "")).rejects.toThrow()
      await page.goto(`${app.origin}/`)
      await client.tokenRevocation(config, second.refresh_token ?? "")
      expect((await me(appUrl, second.access_token)).status).toBe(401)
    } finally {
      await app.close()
    }
  })
})

test("the plain form gives tokens to the browser that began it, and to no other", async ({ playwright }) => {
  const [own, other] = [await playwright.request.newContext(), await playwright.request.newContext()]
  const headers = { accept: "application/json" }
  const start = await own.get(`${appUrl}/api/v1/auth/google/login`, { headers })
  const { redirect_url, expires_in } = await start.json()
  expect(expires_in).toBe(900)
  const state = new URL(redirect_url).searchParams.get("state") ?? ""
  expect(start.headers()["set-cookie"]).toMatch(
    new RegExp(`^${loginCookie(state).name}=[\\w-]{43}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax$`),
  )

  const chooser = await own.get(redirect_url)
  const form = { account: `plain-${Date.now()}@example.test` }
  // Up to the callback, whose address is then tried in another browser first.
  const chosen = await own.post(chooser.url(), { form, maxRedirects: 0 })
  const resumed = await own.get(chosen.headers().location ?? "", { maxRedirects: 0 })
  const callback = resumed.headers().location ?? ""
  expect((await other.get(callback, { headers })).status()).toBe(400)
  const first = await own.get(callback, { headers })
  expect(first.headers()["cache-control"]).toBe("no-store")
  const pair: Pair = await first.json()
  expect((await own.get(callback, { headers })).status()).toBe(400)

  const latest = await refreshed(appUrl, pair.refresh_token)
  expect((await me(appUrl, latest.access_token)).status).toBe(200)
  const revoked = await post(appUrl, "revoke", { refresh_token: latest.refresh_token })
  expect(await revoked.json()).toEqual({ status: "revoked" })
  expect((await me(appUrl, pair.access_token)).status).toBe(401)
  expect((await refresh(appUrl, latest.refresh_token)).status).toBe(400)
  await Promise.all([own.dispose(), other.dispose()])
})

test("one person's sign-ins are their own: ending one leaves the other", async () => {
  const address = `two-${Date.now()}@example.test`
  const [laptop, phone] = [await signInPlain(appUrl, address), await signInPlain(appUrl, address)]
  await post(appUrl, "revoke", { token: laptop.access_token })
  expect((await me(appUrl, laptop.access_token)).status).toBe(401)
  expect((await me(appUrl, phone.access_token)).status).toBe(200)
  await refreshed(appUrl, phone.refresh_token)
})

async function discover(clientId: string, customFetch?: client.CustomFetch): Promise<Configuration> {
  const config = await client.discovery(new URL(appUrl), clientId, undefined, client.None(), {
    algorithm: "oauth2",
    execute: [client.allowInsecureRequests],
    ...(customFetch ? { [client.customFetch]: customFetch } : {}),
  })
  expect(config.serverMetadata().supportsPKCE()).toBe(true)
  return config
}

function configure(server: client.ServerMetadata, clientId: string, auth = client.None()): Configuration {
  const config = new client.Configuration(server, clientId, undefined, auth)
  client.allowInsecureRequests(config)
  return config
}

/** Introspection is for whoever may call the API, not for clients without a secret. */
function withBearer(config: Configuration, accessToken: string): Configuration {
  return configure(config.serverMetadata(), "cli", (_server, _client, _body, headers) => {
    headers.set("authorization", `Bearer ${accessToken}`)
  })
}

async function beginLogin(config: Configuration, redirectUri: string) {
  const [pkceCodeVerifier, expectedState] = [client.randomPKCECodeVerifier(), client.randomState()]
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "ai:invoke",
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  })
  return { url, checks: { pkceCodeVerifier, expectedState } }
}

async function chooseAccount(page: Page, address: string): Promise<void> {
  await page.getByLabel("Email address").fill(address)
  await page.getByRole("button", { name: "Next" }).click()
}

/** Verifies an access token as a resource server elsewhere does (RFC 9068 section 4). */
function verifyByKeySet(config: Configuration, accessToken: string) {
  const { issuer, jwks_uri = "" } = config.serverMetadata()
  return jwtVerify(accessToken, createRemoteJWKSet(new URL(jwks_uri)), {
    typ: "at+jwt",
    algorithms: ["ES256"],
    issuer,
    audience: issuer,
  })
}

const page = '<!doctype html><link rel="icon" href="data:,"><p>You can close this window.</p>'

/** The address a program listens at on loopback, and the first request that comes to it. */
async function listenForCallback() {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  const redirectUri = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/callback`
  const called = once(server, "request").then(([request, response]) => {
    response.writeHead(200, { "content-type": "text/html", connection: "close" }).end(page)
    server.close()
    return new URL(request.url, redirectUri)
  })
  return { redirectUri, called }
}

/** An empty page at every path. */
async function serve(port: number) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(page)
  })
  await once(server.listen(port, "127.0.0.1"), "listening")
  return {
    origin: `http://localhost:${port}`,
    close: async () => {
      server.closeAllConnections()
      await once(server.close(), "close")
    },
  }
}

/** Sends what the library sends from inside the page, so that the browser decides what may be read. */
function fetchIn(page: Page): client.CustomFetch {
  return async (url, { method, body, headers }) => {
    // What the library says of itself only outside of browsers.
    const { "user-agent": _, ...sent } = headers
    const answer = await page.evaluate(
      async ([url, init]) => {
        const response = await fetch(url, init)
        return { status: response.status, headers: [...response.headers], text: await response.text() }
      },
      [url, { method, headers: sent, body: body ? String(body) : undefined }] as const,
    )
    return new Response(answer.text, { status: answer.status, headers: answer.headers as [string, string][] })
  }
}

import { once } from "node:events"
import { request } from "node:http"
import { json } from "node:stream/consumers"
import { TcpProxy } from "@/lib/testing/tcp-proxy"
import { startApp } from "./app-process"
import { expect, signInAs, test } from "./fixtures"
import { me, post, refresh, refreshed, signInPlain } from "./programs"

const viaProxy = (port: number) => {
  const url = new URL(process.env.DATABASE_URL ?? "")
  url.hostname = "127.0.0.1"
  url.port = String(port)
  return url.href
}

test.describe("with Postgres stopped", () => {
  test.use({
    expectedConsoleErrors: [
      "the server responded with a status of 503",
      // How React says that a server component threw.
      "Minified React error #441",
      "in the Server Components render",
    ],
  })

  test("a signed-in person gets a 503 page, keeps the cookie, and goes on when it is back", async ({
    page,
    person,
    context,
  }) => {
    const proxy = await TcpProxy.start(new URL(process.env.DATABASE_URL ?? ""))
    const app = await startApp({ DATABASE_URL: viaProxy(proxy.port) })
    try {
      await signInAs(page, person, app.url)
      expect((await page.goto(`${app.url}/dashboard/api-keys`))?.status()).toBe(200)
      const cookies = await context.cookies()

      proxy.setMode("refuse")
      const down = await page.reload()
      expect(down?.status()).toBe(503)
      expect(await down?.headerValue("retry-after")).toBe("5")
      expect(await down?.headerValue("set-cookie")).toBeNull()
      await expect(page.getByText(/still signed in/i)).toBeVisible()
      expect(await context.cookies()).toEqual(cookies)
      expect((await context.request.get(`${app.url}/api/v1/me`)).status()).toBe(503)
      expect((await context.request.get(`${app.url}/api/auth/session`)).status()).toBe(503)
      expect((await context.request.get(`${app.url}/readyz`)).status()).toBe(503)
      expect((await context.request.get(`${app.url}/healthz`)).status()).toBe(200)
      expect((await page.goto(`${app.url}/sign-in/error?code=unavailable`))?.status()).toBe(200)

      proxy.setMode("pass")
      await expect
        .poll(async () => (await page.goto(`${app.url}/dashboard/api-keys`))?.status(), { timeout: 15_000 })
        .toBe(200)
      await page.goto("about:blank")
    } finally {
      await app.stop()
      await proxy.close()
    }
  })
})

test("SIGTERM lets requests under way finish, refuses nothing early and ends with 0", async () => {
  const app = await startApp({ SHUTDOWN_DELAY_SECONDS: "1" })
  try {
    const gets = Promise.all(Array.from({ length: 20 }, () => fetch(app.url)))
    const uploads = await Promise.all(
      Array.from({ length: 40 }, () => beginPost(`${app.url}/api/v1/auth/token`)),
    )
    const ended = once(app.child, "exit")
    app.child.kill("SIGTERM")
    await expect.poll(async () => (await fetch(`${app.url}/readyz`)).status, { timeout: 15_000 }).toBe(503)
    app.child.kill("SIGTERM")
    const statuses = (await gets).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([200]))

    // Past the delay: from here on only what is under way keeps the process.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
    const answers = await Promise.all(uploads.map((finish) => finish()))
    expect(new Set(answers)).toEqual(new Set(["400 unsupported_grant_type"]))
    expect((await ended)[0]).toBe(0)
  } finally {
    await app.stop()
  }
})

/** Sends a form up to its last byte; what it resolves with sends that byte and tells the answer. */
async function beginPost(url: string): Promise<() => Promise<string>> {
  const form = "grant_type=none&client_id=latchkey-cli"
  const call = request(url, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "content-length": form.length },
  })
  // One that is cut fails where its answer is awaited.
  call.on("error", () => undefined)
  await new Promise((resolve) => call.write(form.slice(0, -1), resolve))
  return async () => {
    const answered = once(call, "response")
    call.end(form.slice(-1))
    const [response] = await answered
    return `${response.statusCode} ${((await json(response)) as { error: string }).error}`
  }
}

test("a production start refuses a bad environment with a list of every fault and no secret", async () => {
  const app = await startApp({
    NODE_ENV: "production",
    LATCHKEY_PREVIEW: undefined,
    APP_URL: "http://app.example.com",
    AUTH_SECRET: "short-secret",
    KEY_ENCRYPTION_KEY: undefined,
    ALLOW_TEST_ISSUER: undefined,
    TRUSTED_PROXY_HOPS: "two",
  })
  expect(app.child.exitCode).toBe(1)
  for (const name of [
    "APP_URL",
    "AUTH_SECRET",
    "KEY_ENCRYPTION_KEY",
    "AUTH_GOOGLE_ISSUER",
    "TRUSTED_PROXY_HOPS",
  ]) {
    expect(app.output()).toContain(`- ${name}: `)
  }
  expect(app.output()).not.toContain("short-secret")
})

test("two Authorization headers are refused, not silently reduced to one", async ({ person, baseURL }) => {
  const { createKey } = await import("@/lib/testing/factories")
  const { secret } = await createKey(person)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const call = request(`${baseURL}/api/v1/me`, (response) => resolve(response.statusCode))
    call.setHeader("authorization", [`Bearer ${secret}`, `Bearer ${secret}`])
    call.on("error", reject).end()
  })
  expect(status).toBe(401)
})

test("the log has one line of JSON per event, and no secret", async ({ person }) => {
  const { createKey } = await import("@/lib/testing/factories")
  const { secret } = await createKey(person)
  const app = await startApp({ LOG_LEVEL: "debug" })
  try {
    await fetch(`${app.url}/api/v1/me?api_key=${secret}`, { headers: { authorization: `Bearer ${secret}` } })
    await fetch(`${app.url}/dashboard`, { headers: { cookie: `latchkey.session=${person.token}` } })
    await fetch(`${app.url}/api/auth/callback/google?code=canary-code-123&state=canary-state-123`)
    await expect.poll(() => app.output()).toContain('"path":"/api/auth/callback/google"')
    for (const canary of [
      secret,
      person.token,
      "canary-code-123",
      "canary-state-123",
      process.env.AUTH_SECRET ?? "?",
    ]) {
      expect(app.output()).not.toContain(canary)
    }
    const own = { origin: app.url, "content-type": "multipart/form-data" }
    await fetch(`${app.url}/sign-in`, { method: "POST", headers: own, body: 'x\n{"level":"forged"}\n' })
    await expect.poll(() => app.output()).toContain('"path":"/sign-in"')
    const lines = app.output().trim().split("\n")
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(app.output()).not.toContain('\n{"level":"forged"}')
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: "request", method: "GET", path: "/api/v1/me", status: 200 }),
    )
  } finally {
    await app.stop()
  }
})

test("no token of a program and nothing that leads to one is in the log, whatever it is used for", async () => {
  const app = await startApp({ LOG_LEVEL: "debug" })
  try {
    const first = await signInPlain(app.url, `log-${Date.now()}@example.test`)
    const second = await refreshed(app.url, first.refresh_token)
    const third = await refreshed(app.url, second.refresh_token)
    const bearer = { authorization: `Bearer ${third.access_token}` }
    await post(app.url, "introspect", { token: third.refresh_token }, bearer)
    await me(app.url, `${third.access_token}x`)
    await post(app.url, "token", { grant_type: "refresh_token", refresh_token: third.refresh_token })
    await fetch(`${app.url}/api/v1/auth/google/callback?code=canary-code-456&state=canary-state-456`)
    await post(app.url, "token", {
      grant_type: "authorization_code",
      code: "canary-code-789",
      client_id: "cli",
    })
    // Reuse, which is worth a line in the audit log, ends the sign-in.
    expect((await refresh(app.url, first.refresh_token)).status).toBe(400)
    await post(app.url, "revoke", { token: third.access_token })
    await expect.poll(() => app.output()).toContain('"path":"/api/v1/auth/revoke"')

    const signature = (token: string) => token.slice(token.lastIndexOf(".") + 1)
    const pairs = [first, second, third]
    const canaries = [
      ...pairs.map(({ refresh_token }) => refresh_token.slice(3, 40)),
      ...pairs.map(({ access_token }) => signature(access_token)),
      ...["canary-code-456", "canary-state-456", "canary-code-789", "canary-code"],
    ]
    for (const canary of canaries) expect(app.output()).not.toContain(canary)
    expect(app.output()).not.toMatch(/[?&](code|state)=/)
    for (const line of app.output().trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow()
  } finally {
    await app.stop()
  }
})

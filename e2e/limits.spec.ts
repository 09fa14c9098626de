import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { type AppProcess, startApp } from "./app-process"
import { expect, test } from "./fixtures"
import { signInPlain } from "./programs"

// Attempts to sign in, counted on the production build: one app for each test, because all have one address.

let app: AppProcess

test.beforeEach(async () => {
  app = await startApp({ RATE_LIMIT_LOGIN_PER_MINUTE: "5" })
})

test.afterEach(() => app.stop())

const START = "/api/v1/auth/google/login"

/** Sends a path as it is written, which fetch would tidy up. */
async function send(path: string, method = "GET", headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(app.url)
  const sent = request({ hostname, port, path, method, headers }).end()
  const [answer] = (await once(sent, "response")) as [IncomingMessage]
  answer.resume()
  return { status: answer.statusCode ?? 0, headers: answer.headers }
}

async function useUp(): Promise<void> {
  for (let left = 4; left >= 0; left--) {
    const { status, headers } = await send(START)
    expect(status).toBe(302)
    expect(headers.ratelimit).toContain(`r=${left};`)
  }
}

const spellings = [
  START,
  `/${START}`,
  `${START}/`,
  `${START}?`,
  `${START}?prompt=none#x`,
  "/api//v1/auth/google/login",
  "/api/v1/auth/./google/login",
  "/api/v1/x/../auth/google/login",
  "/API/v1/auth/google/login",
  "/api/v1/auth/Google/login",
  "/api/v1/auth/google/%6Cogin",
  "/api/v1/auth%2Fgoogle/login",
  "/api/v1/auth/google/login;x=1",
  "/api/v1/auth/google/login%00",
  "/api\\v1/auth/google/login",
  "/api/auth/signin/google",
  "//api/auth/signin/google",
  "/api/auth/signin/google/",
  "/api/auth//signin/google",
  "/api/auth/Signin/google",
  "/api/auth/signin/%67oogle",
]

test("no spelling of a path, method or header begins a sign-in once the attempts are used up", async () => {
  await useUp()
  for (const path of spellings)
    for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"]) {
      const { status, headers } = await send(path, method)
      const call = `${method} ${path}`
      expect([call, status]).not.toEqual([call, 200])
      expect([call, status]).not.toEqual([call, 302])
      expect([call, status < 500]).toEqual([call, true])
      // Where a path is sent to its proper spelling, that is refused.
      const location = new URL(headers.location ?? "/", app.url)
      expect([call, location.origin]).toEqual([call, app.url])
      expect([call, headers["set-cookie"] ?? []]).toEqual([call, []])
    }
  const claims = ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip"]
  for (const claim of claims)
    expect([claim, (await send(START, "GET", { [claim]: "203.0.113.7" })).status]).toEqual([claim, 429])
  const { headers } = await send(START)
  expect(Number(headers["retry-after"])).toBeGreaterThan(0)
  expect(Number(headers["retry-after"])).toBeLessThanOrEqual(60)
})

test("every way to ask counts, whether or not it could have begun a sign-in", async () => {
  const left = async () => Number(/r=(\d)/.exec(String((await send(START)).headers.ratelimit))?.[1])
  expect(await left()).toBe(4)
  expect((await send(START, "HEAD")).status).toBe(405)
  await send("/api/auth/signin/google", "POST", { origin: app.url })
  expect(await left()).toBe(1)
})

test("a sign-in that succeeds costs its start alone, and gives nobody their attempts back", async () => {
  for (let count = 0; count < 4; count++)
    expect((await send("/api/v1/auth/google/callback?code=x&state=guess")).status).toBe(400)
  expect(await signInPlain(app.url, `limits-${Date.now()}@example.test`)).toHaveProperty("access_token")
  expect((await send("/api/v1/auth/google/callback?code=x&state=guess")).status).toBe(429)
})

test.describe("in a browser", () => {
  test.use({ expectedConsoleErrors: ["429"] })

  test("a person is told to wait, by the form and by a link that failed", async ({ page }) => {
    await page.goto(`${app.url}/sign-in`)
    await useUp()
    await page.getByRole("button", { name: "Continue with Google" }).click()
    await expect(page.getByRole("heading", { name: "Too many attempts" })).toBeVisible()
    await expect(page.getByText("Wait a minute, then try again.")).toBeVisible()

    const answer = await page.goto(`${app.url}/api/v1/auth/google/callback?code=x&state=guess`)
    expect(answer?.status()).toBe(429)
    await expect(page.getByRole("heading", { name: "Too many attempts" })).toBeVisible()
    // The app is stopped next, and what the page still loads would fail.
    await page.goto("about:blank")
  })
})

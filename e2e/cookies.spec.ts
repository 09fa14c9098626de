import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { Page } from "@playwright/test"
import { PRODUCT_NAME } from "@/lib/product"
import { createPerson } from "@/lib/testing/factories"
import { expect, signInAs, test } from "./fixtures"

// The session cookie is SameSite=Strict. To the app at localhost a page at 127.0.0.1 is another site.

let foreign: Server
let foreignUrl: string
let html = ""

test.beforeAll(async () => {
  foreign = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html))
  foreign.listen(0, "127.0.0.1")
  await once(foreign, "listening")
  const address = foreign.address()
  foreignUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`
})
test.afterAll(() => foreign.close())

async function comeFromForeignPage(page: Page, url: string): Promise<void> {
  html = `<!doctype html><link rel="icon" href="data:,"><a href="${url.replaceAll("&", "&amp;")}">link</a>`
  await page.goto(foreignUrl)
  await page.getByRole("link").click()
}

test("the cookie of a sign-in is Strict and out of the reach of scripts", async ({ page }) => {
  await page.goto("/sign-in")
  await page.getByRole("button", { name: "Continue with Google" }).click()
  await page.getByLabel("Email address").fill(`strict-${Date.now()}@example.test`)
  await page.getByRole("button", { name: "Next" }).click()
  await page.waitForURL("**/dashboard")
  const cookies = await page.context().cookies()
  const session = cookies.find(({ name }) => name === "latchkey.session")
  expect(session).toMatchObject({ sameSite: "Strict", httpOnly: true, path: "/" })
  expect(await page.evaluate("document.cookie")).toBe("")
})

test("a link on another site opens the dashboard for who is signed in, with one hop", async ({
  page,
  person,
  baseURL,
}) => {
  await signInAs(page, person, baseURL)
  const asked: (string | undefined)[] = []
  page.on("request", (request) => {
    if (request.url().includes("/dashboard/security?from=mail")) asked.push(request.method())
  })
  await comeFromForeignPage(page, `${baseURL}/dashboard/security?from=mail`)
  await expect(page.getByRole("heading", { name: "Security" })).toBeVisible()
  await expect(page).toHaveURL(/\/dashboard\/security\?from=mail$/)
  expect(asked.filter((method) => method === "GET").length).toBe(2)
})

test("nobody who is not signed in goes round in circles", async ({ page, baseURL }) => {
  await comeFromForeignPage(page, `${baseURL}/dashboard`)
  await expect(page.getByRole("heading", { name: `Sign in to ${PRODUCT_NAME}` })).toBeVisible()
})

test.describe("the provider’s answer, from its own site", () => {
  /** Begins a sign-in and returns the address that the provider sends the browser back to, unvisited. */
  async function answerOf(page: Page, address: string): Promise<string> {
    await page.goto("/sign-in")
    await page.getByRole("button", { name: "Continue with Google" }).click()
    await page.getByLabel("Email address").fill(address)
    // The redirects of the provider are followed by hand, up to the one that leads back.
    let answer = ""
    await page.route(/\/signin\/accountchooser\//, async (route) => {
      let response = await route.fetch({ maxRedirects: 0 })
      for (let hops = 0; hops < 5 && !answer; hops++) {
        const location = new URL(response.headers().location ?? "", response.url()).href
        if (location.includes("/api/auth/callback/google")) answer = location
        else response = await page.request.get(location, { maxRedirects: 0 })
      }
      await route.fulfill({ status: 200, contentType: "text/html", body: "held" })
    })
    await page.getByRole("button", { name: "Next" }).click()
    await expect.poll(() => answer).not.toBe("")
    return answer
  }

  test("signs in and ends on the dashboard", async ({ page }) => {
    const answer = await answerOf(page, `cross-${Date.now()}@example.test`)
    await comeFromForeignPage(page, answer)
    await expect(page).toHaveURL(/\/dashboard$/)
    await expect(page.getByRole("link", { name: "API keys" }).first()).toBeVisible()
  })

  test("joins nobody who is signed in here as somebody else", async ({ page, baseURL }) => {
    const answer = await answerOf(page, `cross-${Date.now()}@example.test`)
    const other = await createPerson()
    await signInAs(page, other, baseURL)
    await comeFromForeignPage(page, answer)
    await expect(page.getByText("This browser is signed in as somebody else")).toBeVisible()
  })
})

test("another site’s requests carry no session, whatever they are", async ({ page, person, baseURL }) => {
  await signInAs(page, person, baseURL)
  html = `<!doctype html><link rel="icon" href="data:,">`
  await page.goto(foreignUrl)
  const carried: string[] = []
  page.on("request", async (request) => {
    const headers = await request.allHeaders()
    if (request.url().startsWith(baseURL ?? "?") && headers.cookie?.includes("latchkey.session"))
      carried.push(`${request.method()} ${request.url()}`)
  })
  await page.evaluate(async (app) => {
    const image = document.createElement("img")
    image.src = `${app}/api/v1/me?img`
    document.body.append(image)
    await fetch(`${app}/api/v1/me?fetch`, { mode: "no-cors", credentials: "include" }).catch(() => undefined)
    const form = document.createElement("form")
    Object.assign(form, { method: "post", action: `${app}/sign-out` })
    document.body.append(form)
    form.submit()
  }, baseURL ?? "")
  await page.waitForURL(/\/sign-out$/)
  expect(carried).toEqual([])
  expect((await page.context().request.get("/api/v1/me")).status()).toBe(200)
})
test.use({ expectedConsoleErrors: ["Failed to load resource", "violates the following", "ERR_BLOCKED"] })

import { continueWithGoogle, expect, signInToGithub, test } from "./fixtures"

test("leads back to the page that was asked for", async ({ page }) => {
  await page.goto("/dashboard/settings?from=mail")
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await continueWithGoogle(page, `back-${Date.now()}@example.test`)
  await expect(page).toHaveURL("/dashboard/settings?from=mail")
})

test("begun at 127.0.0.1 goes on under the app's own name", async ({ page, baseURL }) => {
  await page.goto(`${baseURL?.replace("localhost", "127.0.0.1")}/sign-in?next=/dashboard/team`)
  await expect(page).toHaveURL(`${baseURL}/sign-in?next=/dashboard/team`)
})

test("never leads to another site", async ({ page, baseURL }) => {
  await page.goto("/sign-in?next=https://evil.test")
  await continueWithGoogle(page, `safe-${Date.now()}@example.test`)
  await expect(page).toHaveURL(`${baseURL}/dashboard`)
})

test("explains a cancelled sign-in and lets the person try again", async ({ page }) => {
  await page.goto("/sign-in")
  await page.getByRole("button", { name: "Continue with Google" }).click()
  await page.getByRole("button", { name: "Cancel" }).click()
  await expect(page).toHaveURL(/\/sign-in\/error\?code=access_denied&/)
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/cancel/i)
  await page.getByRole("link", { name: "Try again" }).click()
  await expect(page).toHaveURL("/sign-in")
})

test("refuses an address that Google has not verified", async ({ page }) => {
  await page.goto("/sign-in")
  await page.getByRole("button", { name: "Continue with Google" }).click()
  await page.getByRole("button", { name: /uma@example\.test/ }).click()
  await expect(page).toHaveURL(/\/sign-in\/error\?code=email_not_verified&/)
})

test("as somebody else in a second tab joins nobody", async ({ dashboard, context, person, baseURL }) => {
  const tab = await context.newPage()
  await tab.goto("/api/auth/csrf")
  const { csrfToken } = JSON.parse((await tab.textContent("body")) ?? "{}")
  const start = await context.request.post("/api/auth/signin/google", {
    form: { csrfToken, callbackUrl: "/dashboard" },
    headers: { origin: baseURL ?? "" },
    maxRedirects: 0,
  })
  await tab.goto(start.headers().location ?? "")
  await tab.getByLabel("Email address").fill(`other-${Date.now()}@example.test`)
  await tab.getByRole("button", { name: "Next" }).click()
  await expect(tab).toHaveURL(/\/sign-in\/error\?code=already_signed_in&/)
  await expect(tab.getByRole("button", { name: "Sign out" })).toBeVisible()

  const me = await dashboard.request.get("/api/v1/me")
  expect((await me.json()).user.id).toBe(person.caller.user.id)
})

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false })

  test("works as well, with each provider", async ({ page }) => {
    await page.goto("/sign-up")
    await continueWithGoogle(page, `plain-${Date.now()}@example.test`)
    await expect(page).toHaveURL("/dashboard")
    expect((await page.request.get("/api/v1/me")).status()).toBe(200)

    await page.context().clearCookies()
    await page.goto("/sign-up")
    await page.getByRole("button", { name: "Continue with GitHub" }).click()
    await signInToGithub(page, `plain-octo-${Date.now()}@example.test`)
    await expect(page).toHaveURL("/dashboard")
  })
})

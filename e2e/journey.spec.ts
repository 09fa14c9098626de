import { expect, test } from "./fixtures"

test("a new person signs in, makes a key, uses it, revokes it and signs out", async ({
  page,
  request,
  context,
}) => {
  await page.goto("/")
  await page.getByRole("link", { name: "Sign up" }).first().click()
  await page.getByRole("button", { name: "Continue with Google" }).click()
  await page.getByLabel("Email address").fill(`new-${Date.now()}@example.test`)
  await page.getByRole("button", { name: "Next" }).click()
  await expect(page).toHaveURL("/dashboard")

  await page.getByRole("link", { name: "API keys" }).first().click()
  await page.getByRole("button", { name: "Create API key" }).first().click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("Name").fill("Journey")
  await dialog.getByRole("button", { name: "Create API key" }).click()
  const secret = await dialog.getByLabel("API key", { exact: true }).inputValue()
  expect(secret).toMatch(/^sk_[0-9A-Z]{26}_[0-9A-Za-z]{49}$/)
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  await dialog.getByRole("button", { name: "Copy" }).first().click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await dialog.getByRole("button", { name: "Done" }).click()

  await expect(page.getByRole("row", { name: /Journey/ })).toContainText("active")
  await page.reload()
  expect(await page.content()).not.toContain(secret)

  const headers = { authorization: `Bearer ${secret}` }
  const allowed = await request.get("/api/v1/me", { headers })
  expect(allowed.status()).toBe(200)
  expect(await allowed.json()).toMatchObject({ type: "api_key", scopes: ["ai:invoke"] })

  await page.getByRole("button", { name: "More for Journey" }).click()
  await page.getByRole("menuitem", { name: "Revoke" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click()
  await expect(page.getByRole("row", { name: /Journey/ })).toContainText("revoked")

  const refused = await request.get("/api/v1/me", { headers })
  expect(refused.status()).toBe(401)
  expect(refused.headers()["content-type"]).toContain("application/problem+json")
  expect(refused.headers()["www-authenticate"]).toContain('error="invalid_token"')

  const cookies = await context.cookies()
  await page.getByRole("button", { name: "Sign out", exact: true }).click()
  await expect(page).toHaveURL("/")
  expect((await context.cookies()).map(({ name }) => name)).not.toContain("latchkey.session")

  await context.addCookies(cookies)
  await page.goto("/dashboard")
  await expect(page).toHaveURL(/\/sign-in/)
})

import type { Page } from "@playwright/test"
import { db } from "@/lib/db"
import { addDuration, minutes } from "@/lib/duration"
import { createPerson, mailSubjectsTo } from "@/lib/testing/factories"
import { addPassword, mailedToken, OTHER_PASSWORD, PASSWORD } from "@/lib/testing/passwords"
import { expectAccessible } from "./accessibility"
import { type AppProcess, startApp } from "./app-process"
import { addAuthenticator } from "./authenticator"
import { expect, signInAs, test } from "./fixtures"

// Passwords, in an installation that has them: the mails are those that were queued.

let app: AppProcess

test.describe.configure({ mode: "serial" })

test.beforeAll(async () => {
  app = await startApp({ AUTH_PASSWORDS: "1" })
})

test.afterAll(() => app.stop())

const newAddress = () => `ada-${Date.now()}-${Math.round(performance.now())}@example.test`

async function openMailedLink(page: Page, path: string, address: string): Promise<void> {
  await page.goto(`${app.url}${path}?token=${await mailedToken(address)}`)
}

async function giveAddress(page: Page, path: string, address: string, button: string): Promise<void> {
  await page.goto(`${app.url}${path}`)
  await page.getByLabel("E-mail address").fill(address)
  await page.getByRole("button", { name: button }).click()
  await expect(page.getByRole("status")).toContainText(`We’ve sent a message to ${address}`)
  await expect(page.getByRole("status")).toBeFocused()
}

async function signIn(page: Page, address: string, password: string): Promise<void> {
  await page.goto(`${app.url}/sign-in`)
  await page.getByLabel("E-mail address").fill(address)
  await page.getByLabel("Password", { exact: true }).fill(password)
  await page.getByRole("button", { name: "Sign in", exact: true }).click()
}

test("somebody signs up by mail, signs out, and signs in with the keyboard alone", async ({ page }) => {
  const address = newAddress()
  await giveAddress(page, "/sign-up", address, "Continue with e-mail")
  expect(await db().user.count({ where: { email: address } })).toBe(0)
  await openMailedLink(page, "/sign-up/confirm", address)
  await expectAccessible(page)
  await page.getByLabel("Your name").fill("Ada Lovelace")
  const password = page.getByLabel("Password", { exact: true })
  await password.fill("1qaz2wsx3edc")
  await page.getByRole("button", { name: "Create account" }).click()
  await expect(page.getByRole("alert").first()).toContainText("is one of the first that attackers try")
  await expect(page.getByLabel("Your name")).toHaveValue("Ada Lovelace")
  await password.fill(PASSWORD)
  await page.getByRole("button", { name: "Show characters" }).click()
  await expect(password).toHaveAttribute("type", "text")
  await page.getByRole("button", { name: "Create account" }).click()
  await expect(page).toHaveURL(`${app.url}/dashboard`)

  await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
  await page.goto(`${app.url}/sign-in?next=/dashboard/team`)
  await expectAccessible(page)
  await page.getByLabel("E-mail address").focus()
  await page.keyboard.type(address.toUpperCase())
  await page.keyboard.press("Tab")
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press("Enter")
  await expect(page).toHaveURL(`${app.url}/dashboard/team`)
})

test("a link is used once, and says so afterwards", async ({ page }) => {
  const address = newAddress()
  await giveAddress(page, "/sign-up", address, "Continue with e-mail")
  const token = await mailedToken(address)
  await db().mailedLink.updateMany({ where: { email: address }, data: { usedAt: new Date() } })
  await page.goto(`${app.url}/sign-up/confirm?token=${token}`)
  await expect(page.getByRole("heading", { name: "This link no longer works" })).toBeVisible()
  await page.getByRole("link", { name: "Get a new link" }).click()
  await expect(page).toHaveURL(`${app.url}/sign-up`)
})

test("a wrong password and an unknown address look alike, and what was typed stays", async ({ page }) => {
  const person = await createPerson()
  await addPassword(person)
  const { email } = person.caller.user
  const texts = []
  for (const address of [email, `nobody-${email}`]) {
    await signIn(page, address, OTHER_PASSWORD)
    texts.push(await page.locator("form").getByRole("alert").textContent())
    await expect(page.getByLabel("E-mail address")).toHaveValue(address)
  }
  expect(texts[0]).toBe(texts[1])
  expect(await page.context().cookies()).not.toContainEqual(
    expect.objectContaining({ name: "latchkey.session" }),
  )
})

test("a forgotten password is replaced by mail, which ends every sign-in", async ({ page, browser }) => {
  const person = await createPerson()
  await addPassword(person)
  const { email } = person.caller.user
  const other = await browser.newPage()
  await signInAs(other, person, app.url)
  await other.goto(`${app.url}/dashboard`)

  await page.goto(`${app.url}/sign-in`)
  await page.getByRole("link", { name: "Forgot your password?" }).click()
  await expectAccessible(page)
  await giveAddress(page, "/forgot-password", email, "Send link")
  await openMailedLink(page, "/reset-password", email)
  await expectAccessible(page)
  await page.getByLabel("New password").fill(OTHER_PASSWORD)
  await page.getByRole("button", { name: "Change password" }).click()
  await expect(page.getByRole("status")).toContainText("Your password has been changed")
  await other.goto(`${app.url}/dashboard`)
  await expect(other).toHaveURL(/\/sign-in/)
  await expect(other.getByRole("note")).toContainText("How you sign in was changed")
  await other.close()
  await signIn(page, email, OTHER_PASSWORD)
  await expect(page).toHaveURL(`${app.url}/dashboard`)
})

test("whoever has only Google adds a password, confirms a change with it, changes it and removes it", async ({
  page,
}) => {
  const person = await createPerson()
  const { id } = person.caller.user
  await signInAs(page, person, app.url)
  await page.goto(`${app.url}/.well-known/change-password`)
  await expect(page).toHaveURL(`${app.url}/dashboard/security#password`)
  await page.getByRole("button", { name: "Add password" }).click()
  const dialog = page.getByRole("dialog")
  await expectAccessible(page)
  await dialog.getByLabel("New password").fill(PASSWORD)
  await dialog.getByRole("button", { name: "Add", exact: true }).click()
  await expect(page.getByRole("button", { name: "Change password" })).toBeVisible()

  // Long after signing in, the password is what proves that it is still them.
  const authTime = addDuration(new Date(), -minutes(30))
  await db().session.updateMany({ where: { userId: id }, data: { authTime } })
  await page.getByRole("button", { name: "Change password" }).click()
  await dialog.getByLabel("Current password").fill(PASSWORD)
  await dialog.getByLabel("New password").fill(OTHER_PASSWORD)
  await dialog.getByRole("button", { name: "Change", exact: true }).click()
  const question = page.getByRole("dialog", { name: "Confirm that it is you" })
  await question.getByLabel("Password").fill("not my password at all")
  await question.getByRole("button", { name: "Confirm" }).click()
  await expect(question.getByRole("alert")).toContainText("Wrong e-mail address or password")
  await question.getByLabel("Password").fill(PASSWORD)
  await question.getByRole("button", { name: "Confirm" }).click()
  await expect(dialog).toHaveCount(0)
  await expect.poll(() => mailSubjectsTo(person)).toContain("Your password was changed")

  await page.getByRole("button", { name: "Remove Password" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click()
  await expect(page.getByRole("button", { name: "Add password" })).toBeVisible()
  expect(await db().password.count({ where: { userId: id } })).toBe(0)
})

/** A browser with a passkey in which the person has just signed out, and somebody who touches it when told. */
async function leaveWithPasskey(page: Page) {
  const { touches } = await addAuthenticator(page)
  const person = await createPerson()
  await signInAs(page, person, app.url)
  await page.goto(`${app.url}/dashboard/security`)
  await page.getByRole("button", { name: "Add passkey" }).click()
  await page.getByLabel("Name").fill("My laptop")
  await page.getByRole("button", { name: "Create passkey" }).click()
  await page.getByRole("button", { name: "I have saved them" }).click()
  await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
  await expect(page).not.toHaveURL(/dashboard/)
  await touches(false)
  await page.goto(`${app.url}/sign-in?next=/dashboard/team`)
  return touches
}

test("a passkey is offered in the address field", async ({ page }) => {
  const touches = await leaveWithPasskey(page)
  await expect(page.getByLabel("E-mail address")).toHaveAttribute("autocomplete", "username webauthn")
  await touches(true)
  await page.reload()
  await expect(page).toHaveURL(`${app.url}/dashboard/team`)
})

test("the button for a passkey works beside that offer", async ({ page }) => {
  const touches = await leaveWithPasskey(page)
  await page.getByRole("button", { name: "Sign in with a passkey" }).click()
  await touches(true)
  await expect(page).toHaveURL(`${app.url}/dashboard/team`)
})

test("works without JavaScript", async ({ browser }) => {
  const person = await createPerson()
  await addPassword(person)
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page, person.caller.user.email, OTHER_PASSWORD)
  await expect(page.getByText("Wrong e-mail address or password")).toBeVisible()
  await signIn(page, person.caller.user.email, PASSWORD)
  await expect(page).toHaveURL(`${app.url}/dashboard`)
  await context.close()
})

test("there are none unless the installation asks for them", async ({
  page,
  request,
  expectedConsoleErrors,
}) => {
  expectedConsoleErrors.push("404")
  await page.goto("/sign-in")
  await expect(page.getByLabel("Password")).toHaveCount(0)
  for (const path of ["/forgot-password", "/reset-password?token=x", "/sign-up/confirm?token=x"])
    expect((await request.get(path)).status()).toBe(404)
})

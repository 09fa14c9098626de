import type { BrowserContext, Page } from "@playwright/test"
import { matchTotpStep, stepAt, totpCode } from "@/lib/auth/totp"
import { db } from "@/lib/db"
import { addDuration, minutes } from "@/lib/duration"
import { createPerson, type Person } from "@/lib/testing/factories"
import { addAuthenticator } from "./authenticator"
import { expect, signInAs, test } from "./fixtures"

// Second factors as people meet them: real codes, and passkeys of Chromium's own virtual authenticator.

/** As if the person had signed in a while ago. */
async function ageSignIn({ caller }: Person): Promise<void> {
  const authTime = addDuration(new Date(), -minutes(30))
  await db().session.updateMany({
    where: { userId: caller.user.id },
    data: { authTime, secondFactorAt: null },
  })
}

/** The newest code that was not used yet: apps show the next one half a minute later, tests ask for it at once. */
async function unusedCode(secret: string, { caller }: Person): Promise<string> {
  await db().totpFactor.updateMany({ where: { userId: caller.user.id }, data: { lastStep: null } })
  return totpCode(secret, stepAt(new Date()))
}

async function addTotp(page: Page): Promise<{ secret: string; recoveryCodes: string[] }> {
  await page.goto("/dashboard/security")
  await page.getByRole("button", { name: "Add app" }).click()
  const dialog = page.getByRole("dialog", { name: "Add an authenticator app" })
  const typed = dialog.getByLabel("Or type this key into it")
  const isWhole = (box: HTMLElement) =>
    box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight
  expect(await typed.evaluate(isWhole)).toBe(true)
  const secret = (await typed.inputValue()).replaceAll(" ", "")
  expect(matchTotpStep(secret, totpCode(secret, stepAt(new Date())), new Date())).not.toBeNull()
  await expect(dialog.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible()
  await dialog.getByRole("textbox", { name: "Code" }).fill(totpCode(secret, stepAt(new Date())))
  await dialog.getByRole("button", { name: "Add app" }).click()
  const shown = page.getByRole("dialog", { name: "Your recovery codes" })
  const listed = shown.getByRole("listitem")
  await expect(listed).toHaveCount(10)
  const recoveryCodes = await listed.allInnerTexts()
  await shown.getByRole("button", { name: "I have saved them" }).click()
  return { secret, recoveryCodes }
}

async function sessionCookie(context: BrowserContext): Promise<string | undefined> {
  return (await context.cookies()).find(({ name }) => name.endsWith("latchkey.session"))?.value
}

test("an authenticator app is added, asked for, and what was begun is finished", async ({
  dashboard: page,
  person,
}) => {
  const { secret, recoveryCodes } = await addTotp(page)
  expect(new Set(recoveryCodes).size).toBe(10)
  await expect(page.getByText("10 of 10 left.")).toBeVisible()

  await ageSignIn(person)
  await page.goto("/dashboard/api-keys")
  await page.getByRole("button", { name: "Create API key" }).click()
  await page.getByLabel("Name").fill("Made after a second factor")
  await page.getByRole("dialog").getByRole("button", { name: "Create API key" }).click()
  const question = page.getByRole("dialog", { name: "Confirm that it is you" })
  await question.getByLabel("Code").fill("000000")
  await question.getByRole("button", { name: "Confirm" }).click()
  await expect(question.getByRole("alert")).toContainText("did not work")

  const before = await sessionCookie(page.context())
  await question.getByLabel("Code").fill(await unusedCode(secret, person))
  await question.getByRole("button", { name: "Confirm" }).click()
  await expect(page.getByRole("dialog", { name: "Your new key" })).toBeVisible()
  expect(await sessionCookie(page.context())).not.toBe(before)
  await expect(page.getByLabel("API key", { exact: true })).toHaveValue(/^sk_/)
})

test("an authenticator app is replaced by another, and works until then", async ({
  dashboard: page,
  person,
}) => {
  const { secret } = await addTotp(page)
  await page.getByRole("button", { name: "Replace" }).click()
  const dialog = page.getByRole("dialog", { name: "Replace your authenticator app" })
  const typed = await dialog.getByLabel("Or type this key into it").inputValue()
  await ageSignIn(person)
  await page.reload()
  await page.getByRole("button", { name: "Replace" }).click()
  const question = page.getByRole("dialog", { name: "Confirm that it is you" })
  await question.getByLabel("Code").fill(await unusedCode(secret, person))
  await question.getByRole("button", { name: "Confirm" }).click()
  const next = (await dialog.getByLabel("Or type this key into it").inputValue()).replaceAll(" ", "")
  expect(next).not.toBe(typed.replaceAll(" ", ""))
  await dialog.getByRole("textbox", { name: "Code" }).fill(totpCode(next, stepAt(new Date())))
  await dialog.getByRole("button", { name: "Add app" }).click()
  await expect(dialog).toBeHidden()

  await ageSignIn(person)
  await page.reload()
  await page.getByRole("button", { name: "Replace" }).click()
  await question.getByLabel("Code").fill(await unusedCode(secret, person))
  await question.getByRole("button", { name: "Confirm" }).click()
  await expect(question.getByRole("alert")).toContainText("did not work")
})

test("leaving the question changes nothing and keeps what was typed", async ({ dashboard: page, person }) => {
  await addTotp(page)
  await ageSignIn(person)
  await page.goto("/dashboard/api-keys")
  await page.getByRole("button", { name: "Create API key" }).click()
  await page.getByLabel("Name").fill("Never made")
  await page.getByRole("dialog").getByRole("button", { name: "Create API key" }).click()
  await expect(page.getByRole("dialog", { name: "Confirm that it is you" })).toBeVisible()
  await page.keyboard.press("Escape")
  await expect(page.getByRole("dialog", { name: "Create API key" }).getByRole("alert")).toContainText(
    "Confirm that it is you",
  )
  await expect(page.getByLabel("Name")).toHaveValue("Never made")
  expect(await db().apiKey.count({ where: { organizationId: person.caller.organization.id } })).toBe(0)
})

test("a passkey is added, signs in alone, steps up, and is removed", async ({ dashboard: page, person }) => {
  await addAuthenticator(page)
  await page.goto("/dashboard/security")
  await page.getByRole("button", { name: "Add passkey" }).click()
  await page.getByLabel("Name").fill("My laptop")
  await page.getByRole("button", { name: "Create passkey" }).click()
  await page.getByRole("button", { name: "I have saved them" }).click()
  await page.getByRole("button", { name: "Rename My laptop" }).click()
  await page.getByRole("textbox", { name: "Name" }).fill("My own laptop")
  await page.getByRole("button", { name: "Save" }).click()
  await expect(page.getByText("My own laptop", { exact: true })).toBeVisible()

  await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
  await page.goto("/sign-in?next=/dashboard/security")
  await page.getByRole("button", { name: "Sign in with a passkey" }).click()
  await expect(page.getByText("My own laptop", { exact: true })).toBeVisible()

  await ageSignIn(person)
  await page.getByRole("button", { name: "Remove My own laptop" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click()
  await page.getByRole("button", { name: "Use a passkey" }).click()
  await expect(page.getByText("My own laptop", { exact: true })).toBeHidden()
  await expect(page.getByText("None yet. The safest choice")).toBeVisible()
  expect(await db().recoveryCode.count({ where: { userId: person.caller.user.id } })).toBe(0)
})

test("who has only Google is sent there in a window of its own, and back", async ({ page }) => {
  await page.goto("/sign-in")
  await page.getByRole("button", { name: "Continue with Google" }).click()
  const address = `again-${Date.now()}@example.test`
  await page.getByLabel("Email address").fill(address)
  await page.getByRole("button", { name: "Next" }).click()
  await page.waitForURL("**/dashboard")
  const { id } = await db().user.findUniqueOrThrow({ where: { email: address }, select: { id: true } })
  await db().session.updateMany({
    where: { userId: id },
    data: { authTime: addDuration(new Date(), -minutes(30)) },
  })
  await page.goto("/dashboard/settings")
  await page.getByLabel("Organization name").fill("Renamed after signing in again")
  await page.getByRole("button", { name: "Save" }).first().click()
  const opened = page.waitForEvent("popup")
  await page.getByRole("button", { name: "Continue with Google" }).click()
  const window = await opened
  await window.waitForURL(/max_age=600|interaction|localhost/)
  if (!window.isClosed()) {
    const field = window.getByLabel("Email address")
    await field.fill(address)
    await window.getByRole("button", { name: "Next" }).click()
  }
  await expect(page.getByText("Saved.")).toBeVisible()
  const [event] = await db().auditEvent.findMany({
    where: { actorId: id, action: "organization.renamed" },
    select: { details: true },
  })
  expect(event?.details).toMatchObject({ stepUp: "sign_in" })
})

test("a second factor is asked at sign-in, and nothing opens before", async ({ page, person, baseURL }) => {
  await signInAs(page, person, baseURL)
  const { recoveryCodes } = await addTotp(page)
  await db().session.updateMany({
    where: { userId: person.caller.user.id },
    data: { secondFactorPending: true, secondFactorAt: null },
  })
  await page.goto("/dashboard/api-keys")
  await expect(page).toHaveURL(/\/sign-in\/second-factor\?next=%2Fdashboard%2Fapi-keys/)
  expect((await page.context().request.get("/api/v1/me")).status()).toBe(403)
  expect(await (await page.context().request.get("/api/auth/session")).json()).toBeNull()
  await page.getByLabel("Code").fill((recoveryCodes[3] ?? "").toUpperCase())
  await page.getByRole("button", { name: "Confirm" }).click()
  await expect(page.getByRole("heading", { name: "API keys" })).toBeVisible()
})

test("an organization asks everybody for a second factor, on every way in", async ({
  page,
  person,
  baseURL,
}) => {
  await signInAs(page, person, baseURL)
  await addTotp(page)
  await page.goto("/dashboard/settings")
  await page.getByRole("radio", { name: "Always" }).check()
  const policy = page.getByRole("region", { name: "Second factors" })
  await policy.getByRole("button", { name: "Save" }).click()
  await expect(policy.getByText("Saved.")).toBeVisible()

  const member = await createPerson({ role: "member", organizationId: person.caller.organization.id })
  await page.context().clearCookies()
  await addAuthenticator(page)
  await signInAs(page, member, baseURL)
  await page.goto("/dashboard")
  await expect(page.getByRole("heading", { name: "Add a second factor" })).toBeVisible()
  await page.getByRole("button", { name: "Passkey" }).click()
  await page.getByRole("button", { name: "Create passkey" }).click()
  await page.getByRole("button", { name: "Continue" }).click()
  await expect(page).toHaveURL(/\/dashboard$/)
})

test("who has lost all of them waits, and then comes in without", async ({ page, person, baseURL }) => {
  await signInAs(page, person, baseURL)
  await addTotp(page)
  const userId = person.caller.user.id
  await db().session.updateMany({
    where: { userId },
    data: { secondFactorPending: true, secondFactorAt: null },
  })
  await page.goto("/dashboard")
  await page.getByText("I have lost all my second factors").click()
  await page.getByRole("button", { name: "Start the waiting period" }).click()
  await expect(page.getByText("Come back and sign in again after")).toBeVisible()
  await db().factorReset.updateMany({ where: { userId }, data: { readyAt: new Date() } })
  await page.reload()
  await page.getByRole("button", { name: "Remove my second factors" }).click()
  await expect(page).toHaveURL(/\/dashboard$/)
  const subjects = await db().mail.findMany({
    where: { to: person.caller.user.email },
    select: { subject: true },
  })
  expect(subjects.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining([
      "Your second factors are about to be removed",
      "Your second factors were removed",
    ]),
  )
})

import type { Page } from "@playwright/test"
import { db } from "@/lib/db"
import { addDuration, minutes } from "@/lib/duration"
import { continueWithGoogle, expect, signInToGithub, test } from "./fixtures"

// One person, two providers, as they meet it.

const newAddress = (name: string) => `${name}-${Date.now()}@example.test`

const methods = (page: Page) => page.locator("#sign-in-methods")

test("a second provider is linked after a step-up, signs the same person in, and is unlinked", async ({
  page,
}) => {
  const [atGoogle, atGithub] = [newAddress("ada"), newAddress("octo")]
  await page.goto("/sign-in")
  await continueWithGoogle(page, atGoogle)
  await page.waitForURL("**/dashboard")
  const { id } = await db().user.findUniqueOrThrow({ where: { email: atGoogle }, select: { id: true } })
  const authTime = addDuration(new Date(), -minutes(30))
  await db().session.updateMany({ where: { userId: id }, data: { authTime } })

  await page.goto("/dashboard/security")
  await expect(methods(page)).toContainText(atGoogle)
  await page.getByRole("button", { name: "Link GitHub" }).click()
  const question = page.getByRole("dialog", { name: "Confirm that it is you" })
  await expect(question.getByRole("button", { name: "Continue with GitHub" })).toHaveCount(0)
  const opened = page.waitForEvent("popup")
  await question.getByRole("button", { name: "Continue with Google" }).click()
  const window = await opened
  await window.getByLabel("Email address").fill(atGoogle)
  await window.getByRole("button", { name: "Next" }).click()

  await signInToGithub(page, atGithub)
  await expect(page).toHaveURL("/dashboard/security#sign-in-methods")
  await expect(methods(page)).toContainText(atGithub)
  await expect(page.getByRole("button", { name: "Unlink GitHub" })).toBeVisible()

  await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
  await page.goto("/sign-in?next=/dashboard/security")
  await page.getByRole("button", { name: "Continue with GitHub" }).click()
  await signInToGithub(page, atGithub)
  await expect(methods(page)).toContainText(atGoogle)
  expect(await db().user.findUniqueOrThrow({ where: { id } })).toMatchObject({ email: atGoogle })

  await page.getByRole("button", { name: "Unlink GitHub" }).click()
  await page.getByRole("alertdialog").getByRole("button", { name: "Unlink" }).click()
  await expect(page.getByRole("button", { name: "Link GitHub" })).toBeVisible()
  await expect(methods(page)).toBeFocused()
  await expect(methods(page)).toContainText("Your only way to sign in.")
  await expect(page.getByRole("button", { name: /^Unlink/ })).toHaveCount(0)
  expect(await db().account.count({ where: { userId: id } })).toBe(1)
})

test("an address that another account has is explained, and nothing is linked", async ({ page }) => {
  const address = newAddress("collision")
  await page.goto("/sign-in")
  await continueWithGoogle(page, address)
  await page.waitForURL("**/dashboard")
  await page.getByRole("button", { name: "Sign out", exact: true }).first().click()
  await page.goto("/sign-in")
  await page.getByRole("button", { name: "Continue with GitHub" }).click()
  await signInToGithub(page, address)
  await expect(
    page.getByRole("heading", { name: "Your e-mail address is already in use here" }),
  ).toBeVisible()
  await expect(page.getByText("You can then add this one under Security, “Sign-in methods”.")).toBeVisible()
  const { id } = await db().user.findUniqueOrThrow({ where: { email: address }, select: { id: true } })
  expect(await db().account.count({ where: { userId: id } })).toBe(1)
})

test("an account that is somebody's already is not linked, and says so", async ({ page, browser }) => {
  const taken = newAddress("taken")
  const context = await browser.newContext()
  const other = await context.newPage()
  await other.goto("/sign-in")
  await other.getByRole("button", { name: "Continue with GitHub" }).click()
  await signInToGithub(other, taken)
  await other.waitForURL("**/dashboard")
  await context.close()

  await page.goto("/sign-in?next=/dashboard/security")
  await continueWithGoogle(page, newAddress("eve"))
  await page.getByRole("button", { name: "Link GitHub" }).click()
  await signInToGithub(page, taken)
  await expect(page.getByRole("heading", { name: "That account is already in use" })).toBeVisible()
  await page.goto("/dashboard/security")
  await expect(page.getByRole("button", { name: "Link GitHub" })).toBeVisible()
})

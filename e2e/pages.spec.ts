import type { Page } from "@playwright/test"
import { db } from "@/lib/db"
import { PRODUCT_NAME } from "@/lib/product"
import { createKey, createPerson, createProgram, createSession, type Person } from "@/lib/testing/factories"
import { expectAccessible } from "./accessibility"
import { expect, signInAs, test } from "./fixtures"

// Every page in every dress: no accessibility fault, no console error (the fixture), nothing wider than the screen.

const openPages = ["/", "/sign-in", "/sign-up", "/sign-in/error?code=account_exists", "/docs/errors"]
const dashboardPages = [
  "",
  "/api-keys",
  "/api-keys/posture",
  "/usage",
  "/audit-log",
  "/security",
  "/team",
  "/settings",
]

const looks = [
  { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  { colorScheme: "light", viewport: { width: 390, height: 844 } },
  { colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const

// A trace keeps what a page looks like at each of the thousands of steps that these tests take.
test.use({ trace: "off" })

async function expectSound(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expectAccessible(page)
  expect(await page.title()).toContain(PRODUCT_NAME)
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect({ path, overflow }).toEqual({ path, overflow: 0 })
}

/** Sign-ins of every kind, an alarm, and a colleague. */
async function fillSecurity(person: Person): Promise<void> {
  const { user, organization } = person.caller
  await createPerson({ role: "member", organizationId: organization.id })
  for (const clientId of ["cli", "mobile", "spa", "web", "a-program-that-is-no-longer-registered"]) {
    await createProgram(person, { clientId })
    const { sessionId: id } = await createProgram(person, { clientId })
    const data = { endedAt: new Date(), endReason: "reuse_detected" } as const
    await db().session.update({ where: { id }, data, select: { id: true } })
  }
  for (let count = 0; count < 9; count++) {
    await createSession(user.id, organization.id)
    await createSession(user.id, organization.id, { endedAt: new Date() })
  }
}

for (const look of looks) {
  test.describe(`${look.colorScheme}, ${look.viewport.width} px wide`, () => {
    test.use(look)

    test("open pages", async ({ page }) => {
      for (const path of openPages) await expectSound(page, path)
    })

    test("dashboard pages, empty and full", async ({ dashboard, person }) => {
      test.setTimeout(300_000)
      await expectSound(dashboard, "/dashboard/api-keys")
      for (let count = 0; count < 23; count++) {
        await createKey(person, {
          name: `A key with a name that goes on for a while, number ${count} of many more`,
        })
      }
      const { id } = await createKey(person, { name: "In use" })
      const { id: goneId } = await createKey(person, { name: "Gone", revokedAt: new Date() })
      await fillSecurity(person)
      for (const path of [...dashboardPages, `/api-keys/${id}`, `/api-keys/${goneId}`])
        await expectSound(dashboard, `/dashboard${path}`)
      await dashboard.goto("/dashboard/api-keys")
      await dashboard.getByRole("link", { name: /next/i }).click()
      await expect(dashboard).toHaveURL(/cursor=/)
      await dashboard.getByRole("button", { name: "Create API key" }).click()
      await expectAccessible(dashboard, "[role=dialog]")
    })
  })
}

test.describe("a page that is not there", () => {
  test.use({ expectedConsoleErrors: ["the server responded with a status of 404"] })

  test("says so, signed in or not, under the same policy", async ({ dashboard }) => {
    for (const path of ["/nowhere", "/dashboard/nowhere", "/healthzfoo", "/sign-outs", "/readyz/x"]) {
      const response = await dashboard.goto(path)
      expect(response?.status()).toBe(404)
      expect(await response?.headerValue("content-security-policy")).toContain("script-src 'self' 'nonce-")
      await expect(dashboard.getByRole("heading", { level: 1 })).toBeVisible()
    }
  })
})

test("a member sees keys but no way to make or revoke one, and no audit log", async ({
  page,
  person,
  baseURL,
}) => {
  await createKey(person, { name: "Owner's key" })
  const member = await createPerson({ role: "member", organizationId: person.caller.organization.id })
  await signInAs(page, member, baseURL)
  await page.goto("/dashboard/api-keys")
  await expect(page.getByRole("row", { name: /Owner's key/ })).toBeVisible()
  await expect(page.getByRole("button", { name: "Create API key" })).toHaveCount(0)
  await expect(page.getByRole("button", { name: /More for/ })).toHaveCount(0)
  await page.goto("/dashboard/audit-log")
  await expect(page.getByRole("table")).toHaveCount(0)
})

test("keys can be made and revoked with the keyboard alone", async ({ dashboard }) => {
  await dashboard.goto("/dashboard/api-keys")
  const button = dashboard.getByRole("button", { name: "Create API key" }).first()
  await button.focus()
  await dashboard.keyboard.press("Enter")
  const dialog = dashboard.getByRole("dialog")
  await expect(dialog.getByLabel("Name")).toBeFocused()
  await dashboard.keyboard.press("Escape")
  await expect(dialog).toHaveCount(0)
  await expect(button).toBeFocused()

  await dashboard.keyboard.press("Enter")
  await expect(dialog.getByLabel("Name")).toBeFocused()
  await dashboard.keyboard.type("By keyboard")
  await dashboard.keyboard.press("Enter")
  const newKey = dialog.getByLabel("API key", { exact: true })
  await expect(newKey).toBeFocused()
  await expect(newKey).toHaveJSProperty("scrollLeft", 0)
  await dashboard.keyboard.press("Escape")

  const more = dashboard.getByRole("button", { name: "More for By keyboard" })
  await more.focus()
  await dashboard.keyboard.press("Enter")
  await expect(dashboard.getByRole("menuitem", { name: "Open" })).toBeFocused()
  await dashboard.keyboard.press("End")
  await expect(dashboard.getByRole("menuitem", { name: "Revoke" })).toBeFocused()
  await dashboard.keyboard.press("Enter")
  const alert = dashboard.getByRole("alertdialog")
  await expect(alert).toContainText("By keyboard")
  await dashboard.keyboard.press("Escape")
  await expect(alert).toHaveCount(0)
  await expect(more).toBeFocused()
  await expect(dashboard.getByRole("row", { name: /By keyboard/ })).toContainText("active")
})

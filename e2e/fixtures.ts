import { test as base, expect, type Page } from "@playwright/test"
import { authCookies } from "@/lib/auth/cookies"
import { env } from "@/lib/env"
import { createPerson, type Person } from "@/lib/testing/factories"
import { requireLocalDatabase } from "@/scripts/support/database"

requireLocalDatabase(env().DATABASE_URL)

type Fixtures = {
  /** The owner of an organization of their own, not yet in the browser. */
  person: Person
  /** The page of a browser in which `person` is signed in. */
  dashboard: Page
  /** Parts of console errors that this test provokes on purpose. */
  expectedConsoleErrors: string[]
}

export const test = base.extend<Fixtures>({
  expectedConsoleErrors: [[], { option: true }],

  // A page that logs an error, a blocked style or a failed hydration fails its test.
  page: async ({ page, expectedConsoleErrors }, use) => {
    const errors: string[] = []
    page.on("pageerror", (error) => errors.push(String(error)))
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text())
    })
    await use(page)
    expect(errors.filter((error) => !expectedConsoleErrors.some((part) => error.includes(part)))).toEqual([])
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from this pattern.
  person: async ({}, use) => use(await createPerson()),

  dashboard: async ({ page, person, baseURL }, use) => {
    await signInAs(page, person, baseURL)
    await use(page)
  },
})

export { expect }

/** Puts the person's session into the browser, as if they had signed in there. */
export async function signInAs(page: Page, person: Person, baseURL: string | undefined): Promise<void> {
  const { name } = authCookies().sessionToken
  await page
    .context()
    .addCookies([{ name, value: person.token, url: baseURL, httpOnly: true, sameSite: "Strict" }])
}

/** The whole way in through the stand-in for Google. */
export async function continueWithGoogle(page: Page, address: string): Promise<void> {
  await page.getByRole("button", { name: "Continue with Google" }).click()
  await page.getByLabel("Email address").fill(address)
  await page.getByRole("button", { name: "Next" }).click()
}

/** At the stand-in for GitHub, once a button has led there. */
export async function signInToGithub(page: Page, address: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Sign in to GitHub" })).toBeVisible()
  await page.getByLabel("Email address").fill(address)
  await page.getByRole("button", { name: "Next" }).click()
}

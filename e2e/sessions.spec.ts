import type { APIRequestContext, Page } from "@playwright/test"
import { db } from "@/lib/db"
import { createPerson, createProgram, createSession, type Person } from "@/lib/testing/factories"
import { expectAccessible } from "./accessibility"
import { expect, signInAs, signInToGithub, test } from "./fixtures"

// What people see of their sign-ins, and how they end them.

function signInsOf(page: Page) {
  return page.getByRole("table", { name: "Signed in now" })
}

function endedOf(page: Page) {
  return page.getByRole("region", { name: "Ended lately" })
}

/** Uses a token again after its successor was used: what a thief does, or whoever was robbed. */
async function reuse(request: APIRequestContext, refreshToken: string): Promise<void> {
  let token = refreshToken
  for (let count = 0; count < 2; count++) {
    const answer = await request.post("/api/v1/auth/refresh", { data: { refresh_token: token } })
    expect(answer.status()).toBe(200)
    token = (await answer.json()).refresh_token
  }
  const refused = await request.post("/api/v1/auth/refresh", { data: { refresh_token: refreshToken } })
  expect(refused.status()).toBe(400)
}

test("a program stands in the list; signed out, it is refused, and the reason stays", async ({
  dashboard,
  person,
  request,
}) => {
  const program = await createProgram(person)
  await createProgram(person, { clientId: "mobile" })
  await dashboard.goto("/dashboard/security")
  await expect(endedOf(dashboard)).toContainText("None has ended yet")
  const row = signInsOf(dashboard).getByRole("row", { name: /Command line/ })
  await expect(row).toContainText("192.0.2.1")
  await expect(row).toContainText("in 30 days")
  expect((await request.get("/api/v1/me", { headers: program.bearer })).status()).toBe(200)

  await row.getByRole("button", { name: "Sign out Command line" }).click()
  await expect(row).toHaveCount(0)
  await expect(dashboard.getByRole("status").filter({ hasText: "Command line is signed out." })).toBeFocused()
  await expect(endedOf(dashboard).getByRole("listitem")).toContainText(
    "You signed it out from another place.",
  )
  expect((await request.get("/api/v1/me", { headers: program.bearer })).status()).toBe(401)
  await expect(signInsOf(dashboard).getByRole("row", { name: /Mobile app/ })).toBeVisible()
})

test("everything else can be signed out at once, with the keyboard alone, after a question", async ({
  dashboard,
  person,
  request,
}) => {
  const { caller } = person
  const program = await createProgram(person, { clientId: "spa" })
  await createSession(caller.user.id, caller.organization.id)
  // Before the scripts run, the button asks nothing.
  await dashboard.goto("/dashboard/security", { waitUntil: "networkidle" })
  await expect(signInsOf(dashboard).getByRole("row")).toHaveCount(4)

  const button = dashboard.getByRole("button", { name: "Sign out everywhere else" })
  const question = dashboard.getByRole("alertdialog")
  await button.focus()
  await dashboard.keyboard.press("Enter")
  await expect(question).toContainText("Sign out 1 browser and 1 program?")
  await expect(question).toContainText("Programs must sign in again.")
  await expectAccessible(dashboard, "[role=alertdialog]")
  await dashboard.keyboard.press("Escape")
  await expect(question).toHaveCount(0)
  await expect(button).toBeFocused()
  expect((await request.get("/api/v1/me", { headers: program.bearer })).status()).toBe(200)

  await dashboard.keyboard.press("Enter")
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused()
  await dashboard.keyboard.press("Tab")
  await expect(question.getByRole("button", { name: "Sign out", exact: true })).toBeFocused()
  await dashboard.keyboard.press("Enter")
  await expect(dashboard.getByRole("status").filter({ hasText: "only here" })).toBeFocused()
  await expect(signInsOf(dashboard).getByRole("row")).toHaveCount(2)
  await expect(signInsOf(dashboard)).toContainText("This browser")
  expect((await request.get("/api/v1/me", { headers: program.bearer })).status()).toBe(401)
  expect((await dashboard.request.get("/api/v1/me")).status()).toBe(200)
})

test("a token that was used twice raises an alarm, until the person has seen it", async ({
  dashboard,
  person,
  request,
}) => {
  const program = await createProgram(person)
  await reuse(request, program.refreshToken)
  const alarm = dashboard.getByRole("alert").filter({ hasText: "Somebody may hold a copy" })

  for (const path of ["/dashboard", "/dashboard/security"]) {
    await dashboard.goto(path)
    await expect(alarm).toContainText("Command line")
    await expect(alarm).toContainText("192.0.2.1")
    await expectAccessible(dashboard)
  }
  await expect(endedOf(dashboard)).toContainText("A token of it was used twice: somebody may hold a copy.")

  await alarm.getByRole("button", { name: "I have seen this" }).click()
  await expect(alarm).toHaveCount(0)
  await expect(dashboard.getByRole("status").filter({ hasText: "Thank you" })).toBeFocused()
  await dashboard.goto("/dashboard")
  await expect(dashboard.getByRole("heading", { name: /^Hello/ })).toBeVisible()
  await expect(alarm).toHaveCount(0)
})

test.describe("whoever comes back", () => {
  async function signedOutBy(page: Page, { caller }: Person, data: object): Promise<void> {
    await db().session.update({ where: { id: caller.sessionId }, data, select: { id: true } })
    await page.goto("/dashboard")
    await expect(page).toHaveURL(/\/sign-in/)
  }

  test("reads that it was signed out from another place", async ({ dashboard, person, request }) => {
    await dashboard.goto("/dashboard")
    const program = await createProgram(person)
    const others = await request.post("/api/v1/sessions/revoke-others", { headers: program.bearer })
    expect(others.status()).toBe(200)
    await dashboard.reload()
    await expect(dashboard).toHaveURL(/\/sign-in/)
    await expect(dashboard.getByRole("note")).toContainText("You signed it out from another place.")
    await expectAccessible(dashboard)
  })

  test("reads that it was not used for too long", async ({ dashboard, person }) => {
    await signedOutBy(dashboard, person, { lastSeenAt: new Date("2020-01-01") })
    await expect(dashboard.getByRole("note")).toContainText("It was not used for 7 days.")
  })

  test("reads nothing after signing out here", async ({ dashboard, person }) => {
    await signedOutBy(dashboard, person, { endedAt: new Date(), endReason: "signed_out" })
    await expect(dashboard.getByRole("button", { name: "Continue with Google" })).toBeVisible()
    await expect(dashboard.getByRole("note")).toHaveCount(0)
  })
})

test("GitHub is a way in as well", async ({ page }) => {
  await page.goto("/sign-up?next=/dashboard/security")
  await page.getByRole("button", { name: "Continue with GitHub" }).click()
  await signInToGithub(page, `octo-${Date.now()}@example.test`)
  await expect(page).toHaveURL("/dashboard/security")
  await expect(signInsOf(page)).toContainText("This browser")
})

test.describe("an admin", () => {
  test("signs a member out everywhere, after a question that Escape leaves", async ({
    dashboard,
    person,
    request,
  }) => {
    const organizationId = person.caller.organization.id
    const member = await createPerson({ role: "member", organizationId })
    const program = await createProgram(member)
    await dashboard.goto("/dashboard/team")
    await expect(dashboard.getByRole("button", { name: /^More for/ })).toHaveCount(1)

    const more = dashboard.getByRole("button", { name: `More for ${member.caller.user.name}` })
    const question = dashboard.getByRole("alertdialog")
    await more.focus()
    await dashboard.keyboard.press("Enter")
    await dashboard.keyboard.press("Enter")
    await expect(question).toContainText(`Sign out ${member.caller.user.name} everywhere?`)
    await expectAccessible(dashboard, "[role=alertdialog]")
    await dashboard.keyboard.press("Escape")
    await expect(question).toHaveCount(0)
    await expect(more).toBeFocused()
    expect((await request.get("/api/v1/me", { headers: program.bearer })).status()).toBe(200)

    await more.click()
    await dashboard.getByRole("menuitem", { name: "Sign out everywhere" }).click()
    await question.getByRole("button", { name: "Sign out everywhere" }).click()
    await expect(dashboard.getByRole("status").filter({ hasText: "2 sign-ins ended" })).toBeVisible()
    await expect(more).toBeFocused()
    expect((await request.get("/api/v1/me", { headers: program.bearer })).status()).toBe(401)
    expect((await request.get("/api/v1/me", { headers: { cookie: member.cookie } })).status()).toBe(401)
    await dashboard.goto("/dashboard/audit-log")
    await expect(dashboard.getByRole("row", { name: /Session ended · admin/ })).toHaveCount(2)
  })

  test("a member cannot", async ({ page, person, baseURL }) => {
    const organizationId = person.caller.organization.id
    await signInAs(page, await createPerson({ role: "member", organizationId }), baseURL)
    await page.goto("/dashboard/team")
    await expect(page.getByRole("row")).toHaveCount(3)
    await expect(page.getByRole("button", { name: /^More for/ })).toHaveCount(0)
  })
})

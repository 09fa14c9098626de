import type { Page } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey, createPerson } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"

const markup = `"><img src=x onerror="window.ran=1"><script>window.ran=1</script>{{7*7}}`

/** What markup would leave behind where it was taken for markup. */
async function expectText(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible()
  expect([path, await page.locator('img[src="x"]').count()]).toEqual([path, 0])
  expect([path, await page.evaluate("window.ran")]).toEqual([path, undefined])
}

test("markup in names, reasons and user agents is text on every page", async ({
  dashboard,
  person,
  request,
}) => {
  const { user, organization } = person.caller
  const member = await createPerson({ role: "member", organizationId: organization.id })
  for (const { id } of [user, member.caller.user])
    await db().user.update({ where: { id }, data: { name: markup }, select: { id: true } })
  const named = { where: { id: organization.id }, data: { name: markup.slice(0, 80) }, select: { id: true } }
  await db().organization.update(named)
  const { id, secret } = await createKey(person, { name: markup })
  await createKey(person, { name: markup, revokedAt: new Date(), revokedReason: markup })
  await request.get("/api/v1/me", { headers: { authorization: `Bearer ${secret}`, "user-agent": markup } })
  // The uses of a key are written a moment later.
  const lastUse = () => db().apiKey.findUniqueOrThrow({ where: { id }, select: { lastUsedIp: true } })
  await expect.poll(async () => (await lastUse()).lastUsedIp).not.toBeNull()
  const own = {
    cookie: person.cookie,
    origin: new URL(process.env.BASE_URL ?? "http://localhost:3000").origin,
  }
  const renamed = await request.patch(`/api/v1/api-keys/${id}`, {
    headers: { ...own, "user-agent": markup },
    data: { name: `${markup}!`.slice(0, 60) },
  })
  expect(renamed.status()).toBe(200)

  for (const path of [
    ...["/dashboard", "/dashboard/api-keys", `/dashboard/api-keys/${id}`, "/dashboard/api-keys/posture"],
    ...["/dashboard/usage", "/dashboard/audit-log", "/dashboard/security", "/dashboard/team"],
    "/dashboard/settings",
  ])
    await expectText(dashboard, path)
  await dashboard.goto("/dashboard/api-keys")
  await expect(dashboard.getByText('"><img src=x').first()).toBeVisible()
})

test("markup in an address is text on the pages that speak of it", async ({ page }) => {
  const text = encodeURIComponent(markup)
  for (const path of [
    ...[`/sign-in?next=/${text}`, `/sign-in?error=${text}`, `/sign-in/error?code=${text}`],
    ...[`/sign-in/error?error=${text}`, `/sign-up?next=/${text}`, `/docs/errors?x=${text}`],
  ])
    await expectText(page, path)
})

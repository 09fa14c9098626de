import AxeBuilder from "@axe-core/playwright"
import { createKey, createPerson } from "@/lib/testing/factories"
import { expect, signInAs, test } from "./fixtures"

test("a key that leaked is revoked for good", async ({ dashboard, person, request }) => {
  const { id, secret } = await createKey(person, { name: "Leaked" })
  await dashboard.goto(`/dashboard/api-keys/${id}`)
  await dashboard.getByRole("button", { name: "Revoke" }).click()
  const question = dashboard.getByRole("alertdialog")
  await expect(question).toContainText("can be undone for an hour")
  await question.getByLabel("It leaked").check()
  await expect(question).toContainText("cannot be undone")
  await question.getByRole("button", { name: "Revoke" }).click()
  await expect(dashboard.getByRole("note")).toContainText("cannot be undone")
  await expect(dashboard.getByRole("heading", { level: 1 })).toBeFocused()
  await expect(dashboard.getByRole("button", { name: "Undo revoke" })).toHaveCount(0)
  const refused = await request.get("/api/v1/me", { headers: { authorization: `Bearer ${secret}` } })
  expect(refused.status()).toBe(401)
})

test("a form that is refused keeps what was typed, and leads to the fault", async ({ dashboard }) => {
  await dashboard.goto("/dashboard/api-keys")
  await dashboard.getByRole("button", { name: "Create API key" }).first().click()
  const dialog = dashboard.getByRole("dialog")
  await dialog.getByLabel("Name").fill("Careful")
  await dialog.getByLabel("keys:verify").check()
  await dialog.getByLabel("Expires", { exact: true }).selectOption("date")
  await dialog.getByLabel("Expiry date").fill("2098-12-31")
  const addresses = dialog.getByLabel("Allowed addresses")
  await addresses.fill("10.0.0.0/8\n10.0.0.300")
  await dialog.getByRole("button", { name: "Create API key" }).click()
  await expect(dialog.getByRole("alert")).toContainText("10.0.0.300 must be")
  await expect(addresses).toBeFocused()
  await expect(dialog.getByLabel("Name")).toHaveValue("Careful")
  await expect(dialog.getByLabel("keys:verify")).toBeChecked()
  await expect(dialog.getByLabel("Expiry date")).toHaveValue("2098-12-31")
  expect((await new AxeBuilder({ page: dashboard }).include("[role=dialog]").analyze()).violations).toEqual(
    [],
  )

  await addresses.fill("10.0.0.0/8")
  await dialog.getByRole("button", { name: "Create API key" }).click()
  await dialog.getByRole("button", { name: "Done" }).click()
  await dashboard.getByRole("link", { name: "Careful" }).click()
  await expect(dashboard.getByLabel("Allowed addresses")).toHaveValue("10.0.0.0/8")
  await expect(dashboard.getByLabel("Expires", { exact: true })).toContainText("31 Dec 2098, 23:59 UTC")
})

test("the list is searched while one types, and its address can be shared", async ({ dashboard, person }) => {
  const { secret } = await createKey(person, { name: "Billing worker" })
  await createKey(person, { name: "Old worker", revokedAt: new Date() })
  await createKey(person, { name: "Laptop" })
  const rows = dashboard.getByRole("row")
  await dashboard.goto("/dashboard/api-keys")
  await expect(rows).toHaveCount(4)
  const search = dashboard.getByLabel("Search keys")
  await search.pressSequentially("work", { delay: 20 })
  await expect(rows).toHaveCount(3)
  await expect(search).toBeFocused()
  await dashboard.getByLabel("Status").selectOption("revoked")
  await expect(rows).toHaveCount(2)
  await expect(dashboard).toHaveURL(/q=work&status=revoked/)
  await dashboard.reload()
  await expect(rows).toHaveCount(2)
  await expect(search).toHaveValue("work")

  // A pasted key is found by its end, and gets into no address.
  await dashboard.getByLabel("Status").selectOption("")
  await search.fill(secret)
  await expect(dashboard).toHaveURL(`/dashboard/api-keys?q=${secret.slice(-4)}`)
  await expect(dashboard.getByRole("row", { name: /Billing worker/ })).toBeVisible()
  await search.fill("nobody")
  await expect(dashboard.getByRole("heading", { name: "No key matches" })).toBeVisible()
  await dashboard.goto("/dashboard/api-keys?q=%00&q=x&status=odd&sort=odd&cursor=odd")
  await expect(rows).toHaveCount(4)
})

test("a member reads a key's page; a stranger finds none", async ({ page, person, baseURL }) => {
  const { id } = await createKey(person, { name: "Owner's key" })
  const member = await createPerson({ role: "member", organizationId: person.caller.organization.id })
  await signInAs(page, member, baseURL)
  await page.goto(`/dashboard/api-keys/${id}`)
  await expect(page.getByRole("heading", { level: 1, name: "Owner's key" })).toBeVisible()
  for (const name of ["Rotate", "Suspend", "Revoke", "Save"])
    await expect(page.getByRole("button", { name })).toHaveCount(0)
  await signInAs(page, await createPerson(), baseURL)
  for (const path of [id, "nonsense"]) {
    await page.goto(`/dashboard/api-keys/${path}`)
    await expect(page.getByRole("heading", { level: 1, name: "No such key" })).toBeVisible()
  }
})

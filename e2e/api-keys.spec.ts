import type { APIRequestContext, APIResponse } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"

function callWith(request: APIRequestContext, secret: string): Promise<APIResponse> {
  return request.get("/api/v1/me", { headers: { authorization: `Bearer ${secret}` } })
}

test("a key is created, copied, called, rotated, its overlap ended, revoked and brought back", async ({
  dashboard,
  person,
  request,
  context,
}) => {
  const name = `Worker ${person.subject}`
  const statusOf = async (secret: string) => (await callWith(request, secret)).status()
  const dialog = dashboard.getByRole("dialog")
  await context.grantPermissions(["clipboard-read", "clipboard-write"])

  /** Copies the secret that is shown, and closes the window it is shown in. */
  async function takeSecret(): Promise<string> {
    await dialog.getByRole("button", { name: "Copy" }).first().click()
    const secret = await dashboard.evaluate(() => navigator.clipboard.readText())
    expect(secret).toBe(await dialog.getByLabel("API key", { exact: true }).inputValue())
    await dialog.getByRole("button", { name: "Done" }).click()
    await expect(dialog).toHaveCount(0)
    return secret
  }

  await dashboard.goto("/dashboard/api-keys")
  await dashboard.getByRole("button", { name: "Create API key" }).first().click()
  await dialog.getByLabel("Name").fill(name)
  await dialog.getByLabel("ai:invoke").uncheck()
  await dialog.getByLabel("keys:verify").check()
  await dialog.getByLabel("Requests per minute").fill("90")
  await dialog.getByRole("button", { name: "Create API key" }).click()
  const first = await takeSecret()

  const answer = await callWith(request, first)
  expect(answer.status()).toBe(200)
  expect(await answer.json()).toMatchObject({ type: "api_key", scopes: ["keys:verify"] })
  expect(answer.headers()["ratelimit-policy"]).toBe('"api_key";q=90;w=60')
  expect(answer.headers().ratelimit).toMatch(/^"api_key";r=89;t=\d+$/)

  await dashboard.getByRole("link", { name }).click()
  await expect(dashboard.getByRole("heading", { level: 1, name })).toBeVisible()
  await dashboard.getByRole("button", { name: "Rotate" }).click()
  await dialog.getByLabel("1 hour").check()
  await dialog.getByRole("button", { name: "Rotate" }).click()
  const second = await takeSecret()
  expect(second).not.toBe(first)
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200])

  await dashboard.getByRole("button", { name: "End overlap" }).click()
  await expect(dashboard.getByRole("button", { name: "End overlap" })).toHaveCount(0)
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200])

  const question = dashboard.getByRole("alertdialog")
  await dashboard.getByRole("button", { name: "Revoke", exact: true }).click()
  await question.getByLabel("Reason").fill("Laptop lost")
  await question.getByRole("button", { name: "Revoke" }).click()
  await expect(question).toHaveCount(0)
  await expect(dashboard.getByRole("note")).toContainText("Laptop lost")
  expect(await statusOf(second)).toBe(401)

  await dashboard.getByRole("button", { name: "Undo revoke" }).click()
  await expect(dashboard.getByRole("button", { name: "Revoke", exact: true })).toBeVisible()
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200])

  await dashboard.goto("/dev/mail")
  for (const verb of ["created", "rotated", "revoked", "restored"]) {
    const mail = dashboard.getByRole("row", { name: `API key “${name}” was ${verb}` })
    await expect(mail).toContainText(person.caller.user.email)
  }
})

test("a finding is answered with Suspend, and the key is refused until it is resumed", async ({
  dashboard,
  person,
  request,
}) => {
  const { id, secret } = await createKey(person, { name: "Watched" })
  expect((await callWith(request, secret)).status()).toBe(200)
  await db().apiKeyFinding.create({
    data: {
      organizationId: person.caller.organization.id,
      apiKeyId: id,
      rule: "new_country",
      severity: "warning",
      evidence: {
        headline: "It is used from Portugal for the first time.",
        countries: ["PT"],
        knownCountries: ["DE"],
        networks: ["198.51.100.0/24"],
        requests: 12,
      },
    },
    select: { id: true },
  })

  await dashboard.goto(`/dashboard/api-keys/${id}`)
  const finding = dashboard.getByLabel("It is used from Portugal for the first time.")
  await expect(finding).toContainText("198.51.100.0/24")
  for (const name of ["It was us", "Limit", "Revoke and rotate"])
    await expect(finding.getByRole("button", { name })).toBeVisible()
  await finding.getByRole("button", { name: "Suspend" }).click()

  await expect(finding).toHaveCount(0)
  await expect(dashboard.getByRole("note")).toContainText("It is used from Portugal for the first time.")
  expect((await callWith(request, secret)).status()).toBe(401)

  await dashboard.getByRole("button", { name: "Resume" }).click()
  await dashboard.getByRole("alertdialog").getByRole("button", { name: "Resume" }).click()
  await expect(dashboard.getByRole("button", { name: "Suspend" })).toBeVisible()
  expect((await callWith(request, secret)).status()).toBe(200)
})

import { randomUUID } from "node:crypto"
import { db } from "@/lib/db"
import { createKey, type Person } from "@/lib/testing/factories"
import { keyUse } from "@/lib/testing/key-use"
import { writeWhatCanBeWritten } from "@/lib/usage/usage-writer"
import { expectAccessible } from "./accessibility"
import { expect, test } from "./fixtures"

// The pages about use, full. That they raise no console error, and so no breach of the policy, is the fixture's test.

/** A key with more requests than its page shows at first, of every kind. */
async function createUsedKey(person: Person) {
  const { id } = await createKey(person, { name: "Busy" })
  const key = { apiKeyId: id, organizationId: person.caller.organization.id }
  const kinds = [
    {},
    {},
    {},
    { status: 404 },
    { status: 500 },
    { outcome: "RATE_LIMITED", status: 429 },
  ] as const
  const uses = Array.from({ length: 24 }, (_, index) => ({
    id: randomUUID(),
    ...keyUse(key, {
      requestId: `request-${index}`,
      ipAddress: "81.2.69.142",
      ...kinds[index % kinds.length],
    }),
  }))
  // Another test may hold the log locked just now; what the log writes, it writes until it succeeds.
  await expect(async () => {
    await writeWhatCanBeWritten(uses)
  }).toPass({ timeout: 30_000 })
  return id
}

test("the chart is walked along by keyboard, and read as a table", async ({ dashboard, person }) => {
  await createUsedKey(person)
  await dashboard.goto("/dashboard/usage?range=90d")
  const chart = dashboard.getByRole("slider", { name: "Requests over time" })
  await expect(chart).toHaveAttribute("aria-valuetext", "24 requests in all")
  await chart.focus()
  await dashboard.keyboard.press("End")
  await expect(chart).toHaveAttribute(
    "aria-valuetext",
    /: 12 succeeded, 4 client errors, 4 server errors, 4 refused$/,
  )
  await dashboard.keyboard.press("Home")
  await expect(chart).toHaveAttribute("aria-valuetext", /: no requests$/)
  await dashboard.keyboard.press("Escape")
  await expect(chart).toHaveAttribute("aria-valuetext", "24 requests in all")

  await dashboard.getByText("Show as a table").click()
  const table = dashboard.getByRole("region", { name: "Requests over time, as a table" })
  await expect(table.getByRole("row").nth(1).getByRole("cell")).toHaveText(["12", "4", "4", "4"])
  await expectAccessible(dashboard)
})

test("the page of a key shows its latest requests, all of them when asked", async ({ dashboard, person }) => {
  const id = await createUsedKey(person)
  await dashboard.goto(`/dashboard/api-keys/${id}`)
  const recent = dashboard.getByRole("region", { name: "Recent requests" })
  await expect(recent.getByRole("row")).toHaveCount(11)
  await recent.getByRole("button", { name: "Show the latest 24" }).click()
  await expect(recent.getByRole("row")).toHaveCount(25)
  await expect(recent.getByRole("row").nth(1)).toContainText("United Kingdom")
  await expect(dashboard.getByRole("link", { name: "IP geolocation by DB-IP" })).toBeVisible()
  await expectAccessible(dashboard)
})

test("several keys are held tighter at once", async ({ dashboard, person }) => {
  const keys = [await createKey(person, { name: "One" }), await createKey(person, { name: "Two" })]
  await dashboard.goto("/dashboard/api-keys")
  await dashboard.getByRole("link", { name: "Review" }).click()
  const group = dashboard.getByRole("region", { name: /^Never expire/ })
  await group.getByRole("checkbox", { name: "Select all" }).check()
  await expectAccessible(dashboard)
  await group.getByRole("button", { name: "Expire in 90 days" }).click()
  await dashboard.getByRole("alertdialog").getByRole("button", { name: "Expire in 90 days" }).click()
  await expect(dashboard.getByText("2 keys set to expire in 90 days.")).toBeFocused()
  await expect(group).toHaveCount(0)
  const where = { id: { in: keys.map(({ id }) => id) }, expiresAt: null }
  expect(await db().apiKey.count({ where })).toBe(0)
})

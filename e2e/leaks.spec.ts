import type { Page } from "@playwright/test"
import { db } from "@/lib/db"
import { createKey, createPerson } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"

/** Everything the server sends to this page from now on: HTML, RSC payloads, scripts, JSON. */
function collectResponses(page: Page): () => Promise<string> {
  const bodies: Promise<string>[] = []
  page.on("response", (response) => {
    bodies.push(
      response
        .text()
        .then((text) => `${JSON.stringify(response.headers())}\n${text}`)
        .catch(() => ""),
    )
  })
  return async () => (await Promise.all(bodies)).join("\n")
}

test("nothing that the app sends holds a secret, a hash or another organization's data", async ({
  dashboard,
  person,
}) => {
  const key = await createKey(person, { name: "Mine" })
  const stranger = await createPerson()
  const strangersKey = await createKey(stranger, { name: "Canary of a stranger" })
  const { hash } = await db().apiKey.findUniqueOrThrow({ where: { id: key.id }, select: { hash: true } })
  const { tokenHash } = await db().session.findUniqueOrThrow({
    where: { id: person.caller.sessionId },
    select: { tokenHash: true },
  })

  const everything = collectResponses(dashboard)
  const paths = [
    "/",
    "/sign-in",
    "/dashboard",
    "/dashboard/api-keys",
    "/dashboard/audit-log",
    "/dashboard/security",
    "/dashboard/team",
    "/dashboard/settings",
  ]
  for (const path of paths) await dashboard.goto(path)
  // And once more by client-side navigation, which sends RSC payloads instead of HTML.
  for (const name of ["API keys", "Audit log", "Security", "Team", "Settings"]) {
    await dashboard.getByRole("link", { name }).first().click()
    await expect(dashboard.getByRole("heading", { level: 1 })).toContainText(name)
  }
  await dashboard.request.get("/api/auth/session")
  const sent = await everything()
  expect(sent.length).toBeGreaterThan(500_000)
  expect(sent).toContain(person.caller.user.email)

  const secrets = {
    "the key": key.secret,
    "the end of the key": key.secret.slice(-20),
    "the key's hash in hex": Buffer.from(hash).toString("hex"),
    "the key's hash in base64": Buffer.from(hash).toString("base64"),
    "the session token": person.token,
    "the session's hash": Buffer.from(tokenHash ?? []).toString("hex"),
    "the cookie secret": process.env.AUTH_SECRET ?? "",
    "the encryption key": process.env.KEY_ENCRYPTION_KEY ?? "",
    "Google's client secret": process.env.AUTH_GOOGLE_SECRET ?? "",
    "the database's address": process.env.DATABASE_URL ?? "",
    "the person's Google subject": person.subject,
    "a stranger's address": stranger.caller.user.email,
    "a stranger's id": stranger.caller.user.id,
    "a stranger's key": strangersKey.id,
    "the name of a stranger's key": "Canary of a stranger",
  }
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(8)
    expect(sent.includes(secret), `${name} was sent`).toBe(false)
  }
})

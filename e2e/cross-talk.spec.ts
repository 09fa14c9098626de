import { db } from "@/lib/db"
import { createKey, createPerson, type Person } from "@/lib/testing/factories"
import { expect, test } from "./fixtures"
import { send, sendForPart } from "./raw-http"

const ownPages = [
  ...["/dashboard", "/dashboard/api-keys", "/dashboard/api-keys/posture", "/dashboard/usage"],
  ...["/dashboard/audit-log", "/dashboard/security", "/dashboard/team", "/dashboard/settings"],
]
const ownCalls = ["/api/v1/me", "/api/v1/api-keys", "/api/v1/sessions", "/api/auth/session"]

/** A person whose own name, organization and key carry one word that nobody else has. */
async function createMarked(word: string): Promise<Person> {
  const person = await createPerson()
  const { user, organization } = person.caller
  await db().user.update({ where: { id: user.id }, data: { name: word }, select: { id: true } })
  await db().organization.update({
    where: { id: organization.id },
    data: { name: word },
    select: { id: true },
  })
  await createKey(person, { name: word })
  return person
}

test("of two people who ask for everything at once neither is ever given what is the other’s", async ({
  baseURL,
}) => {
  const words = ["Amaranth", "Bergamot"] as const
  const people = [await createMarked(words[0]), await createMarked(words[1])] as const
  const asked = [...ownPages, ...ownPages.map((page) => `${page}?_rsc`), ...ownCalls]
  let given = 0
  for (let round = 0; round < 2; round++) {
    const answers = Array.from({ length: 200 }, async (_, index) => {
      const who = index % 2 === 0 ? 0 : 1
      const path = asked[(round * 7 + (index >> 1)) % asked.length] ?? ""
      const rsc: Record<string, string> = path.endsWith("?_rsc") ? { rsc: "1" } : {}
      const { status, text } = await send(baseURL, path, { headers: { ...rsc, cookie: people[who].cookie } })
      // Two hundred at once may be more than there are connections for: then nobody is given anything.
      expect([path, status === 200 || status === 503]).toEqual([path, true])
      expect({ path, isTold: text.includes(words[1 - who] ?? "") }).toEqual({ path, isTold: false })
      if (status === 200 && text.includes(words[who])) given += 1
    })
    await Promise.all(answers)
  }
  expect(given).toBeGreaterThan(100)
})

test("what a signed-in person is given is for no cache", async ({ baseURL, person }) => {
  const { id } = await createKey(person)
  const paths = [...ownPages, `/dashboard/api-keys/${id}`, "/dashboard/nowhere", "/", "/sign-in"]
  for (const path of [...paths, ...ownCalls, `/api/v1/api-keys/${id}`, `/api/v1/api-keys/${id}/usage`]) {
    for (const part of (path.startsWith("/api/") ? [{}] : [{}, { rsc: "1" }]) as Record<string, string>[]) {
      const { headers } = await sendForPart(baseURL, path, { ...part, cookie: person.cookie })
      expect([path, headers["cache-control"]]).toEqual([path, expect.stringMatching(/private.*no-store/)])
      expect(headers).not.toHaveProperty("etag")
    }
  }
})

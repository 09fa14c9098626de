import { describe, expect, test } from "vitest"
import { db } from "../db"
import { addDuration, days, hours } from "../duration"
import { createKey, createPerson, type Person } from "../testing/factories"
import { remindOfApiKeys } from "./key-reminders"

const now = new Date()

const subjectsFor = async ({ caller }: Person) =>
  (
    await db().mail.findMany({
      where: { to: caller.user.email },
      orderBy: { id: "asc" },
      select: { subject: true },
    })
  ).map(({ subject }) => subject)

type KeyState = {
  name?: string
  createdAt?: Date
  expiresAt?: Date | null
  lastUsedAt?: Date
  suspendedAt?: Date
  revokedAt?: Date
}

/** A key that was made a month ago and is in use, and what differs. */
async function keyOf(person: Person, state: KeyState = {}): Promise<string> {
  const { id } = await createKey(person)
  const data = { name: "Production", createdAt: addDuration(now, -days(30)), lastUsedAt: now, ...state }
  await db().apiKey.update({ where: { id }, data, select: { id: true } })
  return id
}

describe("a key that expires", () => {
  test("is announced a week before, once", async () => {
    const person = await createPerson()
    const expiresAt = addDuration(now, days(7))
    await keyOf(person, { expiresAt })
    await remindOfApiKeys(addDuration(now, -1))
    expect(await subjectsFor(person)).toEqual([])
    await remindOfApiKeys(now)
    await remindOfApiKeys(addDuration(now, days(6)))
    expect(await subjectsFor(person)).toEqual([
      expect.stringMatching(/^API key “Production” expires on \d+ \w+ \d{4}, \d\d:\d\d UTC$/),
    ])
  })

  test("is announced again when its expiry was moved and is near again", async () => {
    const person = await createPerson()
    const id = await keyOf(person, { expiresAt: addDuration(now, days(2)) })
    await remindOfApiKeys(now)
    await db().apiKey.update({ where: { id }, data: { expiresAt: addDuration(now, days(5)) } })
    await remindOfApiKeys(now)
    expect(await subjectsFor(person)).toHaveLength(2)
  })

  test.each([
    ["was made for less than a week", { createdAt: now, expiresAt: addDuration(now, days(7) - 1) }],
    ["has expired", { expiresAt: addDuration(now, -1) }],
    ["is revoked", { expiresAt: addDuration(now, days(1)), revokedAt: now }],
    ["is suspended", { expiresAt: addDuration(now, days(1)), suspendedAt: now }],
    ["never expires", { expiresAt: null }],
  ])("is not announced when it %s", async (_case, state) => {
    const person = await createPerson()
    await keyOf(person, state)
    await remindOfApiKeys(now)
    expect(await subjectsFor(person)).toEqual([])
  })
})

describe("a key that was never used", () => {
  const unused = { lastUsedAt: null } as unknown as KeyState

  test("is asked about after two weeks, once", async () => {
    const person = await createPerson()
    await keyOf(person, { ...unused, createdAt: addDuration(now, -days(14)) })
    await remindOfApiKeys(addDuration(now, -1))
    expect(await subjectsFor(person)).toEqual([])
    await remindOfApiKeys(now)
    await remindOfApiKeys(addDuration(now, days(30)))
    expect(await subjectsFor(person)).toEqual(["API key “Production” has never been used"])
  })

  test.each([
    ["used", { lastUsedAt: addDuration(now, -days(13)) }],
    ["revoked", { ...unused, revokedAt: now }],
    ["suspended", { ...unused, suspendedAt: now }],
    ["expired", { ...unused, expiresAt: addDuration(now, -hours(1)) }],
  ])("is not asked about when it is %s", async (_case, state) => {
    const person = await createPerson()
    await keyOf(person, state)
    await remindOfApiKeys(now)
    expect(await subjectsFor(person)).toEqual([])
  })
})

test("two rounds at once tell of each key once, however many there are", async () => {
  const person = await createPerson()
  const keys = Array.from({ length: 45 }, (_, index) =>
    keyOf(person, {
      name: `Key ${index}`,
      expiresAt: addDuration(now, days(3)),
      ...(index % 2 ? ({ lastUsedAt: null } as object) : {}),
    }),
  )
  await Promise.all(keys)
  const counts = await Promise.all([remindOfApiKeys(now), remindOfApiKeys(now), remindOfApiKeys(now)])
  await remindOfApiKeys(now)
  const subjects = await subjectsFor(person)
  expect(subjects).toHaveLength(45 + 22)
  expect(new Set(subjects).size).toBe(45 + 22)
  expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(45 + 22)
})

test("the owners and admins are told, members and other organizations are not, nor is a disabled organization", async () => {
  const owner = await createPerson()
  const organizationId = owner.caller.organization.id
  const admin = await createPerson({ role: "admin", organizationId })
  const member = await createPerson({ role: "member", organizationId })
  const [stranger, closed] = [await createPerson(), await createPerson()]
  const expiresAt = addDuration(now, days(3))
  await keyOf(owner, { expiresAt })
  await keyOf(closed, { expiresAt })
  await db().organization.update({
    where: { id: closed.caller.organization.id },
    data: { disabledAt: now },
    select: { id: true },
  })
  await remindOfApiKeys(now)
  const told = await Promise.all([owner, admin, member, stranger, closed].map(subjectsFor))
  expect(told.map(({ length }) => length)).toEqual([1, 1, 0, 0, 0])
})

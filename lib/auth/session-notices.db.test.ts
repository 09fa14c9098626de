import { describe, expect, test } from "vitest"
import { db } from "../db"
import { createPerson, createProgram, type Person } from "../testing/factories"
import { generateOpaqueToken } from "./opaque-token"
import { refreshTokens } from "./refresh-tokens"
import { createSession } from "./sessions"

const firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
const newerFirefox = "Mozilla/5.0 (Windows NT 10.0; rv:141.0) Gecko/20100101 Firefox/141.0"
const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1"
const home = { requestId: "test-request", clientAddress: "192.0.2.1", userAgent: firefox }

/** A person whose only sign-in is the one that was just made, from home. */
async function newPerson(): Promise<Person> {
  const person = await createPerson()
  await db().session.deleteMany({ where: { userId: person.caller.user.id } })
  await signIn(person)
  return person
}

function signIn({ caller }: Person, differing: Partial<typeof home> & { clientId?: string } = {}) {
  const { clientId, ...source } = differing
  return db().$transaction((tx) =>
    createSession(
      tx,
      { ...home, ...source },
      {
        holder: clientId ? { clientId } : { token: generateOpaqueToken() },
        userId: caller.user.id,
        organizationId: caller.organization.id,
        amr: ["google"],
        authTime: new Date(),
      },
    ),
  )
}

const mailsTo = ({ caller }: Person) =>
  db().mail.findMany({ where: { to: caller.user.email }, select: { subject: true, text: true } })

describe("a sign-in is mailed to its person", () => {
  test("not when it is the first of all", async () => {
    expect(await mailsTo(await newPerson())).toEqual([])
  })

  test.each([
    ["the same browser at the same place", {}],
    ["a newer version of it", { userAgent: newerFirefox }],
    ["an address next door", { clientAddress: "192.0.2.200" }],
  ])("not when it is %s", async (_case, source) => {
    const person = await newPerson()
    await signIn(person, source)
    expect(await mailsTo(person)).toEqual([])
  })

  test.each([
    ["another browser", { userAgent: safari }, "Device: Safari on iPhone"],
    ["another network", { clientAddress: "198.51.100.1" }, "Address: 198.51.100.1"],
    ["a program", { clientId: "cli" }, "Program: Command line"],
  ])("once when it is %s, saying which", async (_case, source, line) => {
    const person = await newPerson()
    await signIn(person, source)
    await signIn(person, source)
    const mails = await mailsTo(person)
    expect(mails.map(({ subject }) => subject)).toEqual(["New sign-in to your account"])
    expect(mails[0]?.text.split("\n")).toContain(line)
  })

  test("not when it was undone, nor for what others did elsewhere", async () => {
    const [person, other] = [await newPerson(), await newPerson()]
    await signIn(other, { userAgent: safari })
    const undone = db().$transaction(async (tx) => {
      await createSession(
        tx,
        { ...home, userAgent: safari },
        {
          holder: { token: generateOpaqueToken() },
          userId: person.caller.user.id,
          organizationId: person.caller.organization.id,
          amr: [],
          authTime: new Date(),
        },
      )
      throw new Error("undone")
    })
    await expect(undone).rejects.toThrow("undone")
    expect(await mailsTo(person)).toEqual([])
  })
})

test("a refresh token that is used by two is mailed to its person once, however often it is used", async () => {
  const person = await createPerson()
  const { refreshToken } = await createProgram(person)
  const second = await refreshTokens(home, { refreshToken })
  await refreshTokens(home, second)
  const reuse = () => refreshTokens({ ...home, clientAddress: "203.0.113.9" }, { refreshToken })
  const outcomes = await Promise.allSettled([reuse(), reuse(), reuse()])
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"])

  const alarms = (await mailsTo(person)).filter(({ subject }) => subject.includes("used twice"))
  expect(alarms).toHaveLength(1)
  expect(alarms[0]?.text).toContain("“Command line”")
  expect(alarms[0]?.text).toContain("Address: 203.0.113.9")
  expect(alarms[0]?.text).toContain("http://localhost:3000/dashboard/security")
})

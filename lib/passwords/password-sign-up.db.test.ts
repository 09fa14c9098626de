import { randomInt } from "node:crypto"
import { afterEach, describe, expect, test, vi } from "vitest"
import { checkSignIn, createUser } from "../auth/sign-in"
import { cleanUp } from "../cleanup"
import { db } from "../db"
import { addDuration, minutes } from "../duration"
import { wait } from "../testing/clock"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, browserWith, createPerson, mailSubjectsAt } from "../testing/factories"
import { mailedToken, OTHER_PASSWORD, PASSWORD } from "../testing/passwords"
import { source } from "../testing/request-source"
import { callerBy, userBy } from "../testing/second-factors"
import { countStatements } from "../testing/statements"
import { signInWithPassword } from "./password-sign-in"
import { completeSignUp, getSignUp, requestSignUp } from "./password-sign-up"

afterEach(() => {
  vi.useRealTimers()
})

const someAddress = () => `new-${randomInt(10 ** 12)}@example.test`

/** Somebody new who has asked, and the token of the mail. */
async function asked() {
  const email = someAddress()
  await requestSignUp(source, { email })
  const token = (await mailedToken(email)) ?? ""
  const complete = (given: { password?: string; name?: string; currentToken?: string } = {}) =>
    completeSignUp(source, { token, password: PASSWORD, currentToken: null, ...given })
  return { email, token, complete }
}

const countUsers = (email: string) => db().user.count({ where: { email } })

describe("asking to sign up", () => {
  test("makes nothing but a mail with a link, which only its hash is kept of", async () => {
    const { email, token } = await asked()
    expect(await countUsers(email)).toBe(0)
    expect(await mailSubjectsAt(email)).toEqual(["Finish signing up"])
    expect(await getSignUp(token)).toMatchObject({ email })
    const [row] = await db().$queryRaw<{ text: string }[]>`
      SELECT link::text AS text FROM mailed_links link WHERE email = ${email}`
    expect(row?.text).not.toContain(token)
  })

  test("is answered alike where the address has an account, whose person gets a mail", async () => {
    const { caller } = await createPerson()
    expect(await requestSignUp(source, { email: caller.user.email })).toBeUndefined()
    expect(await requestSignUp(source, { email: someAddress() })).toBeUndefined()
    expect(await mailSubjectsAt(caller.user.email)).toEqual(["You already have an account"])
    expect(await mailedToken(caller.user.email)).toBeNull()
  })

  test("asks the database as much for a known address as for an unknown one", async () => {
    const { caller } = await createPerson()
    const counts = []
    for (const email of [caller.user.email, someAddress()])
      counts.push(await countStatements(() => requestSignUp(source, { email })))
    expect(counts).toEqual([counts[0], counts[0]])
    expect(counts[0]).toBeGreaterThan(0)
  })

  test("is refused for what is no address, and after three mails to one in half an hour", async () => {
    expect(await codeOf(requestSignUp(source, { email: "ada@@example.test" }))).toBe("invalid_input")
    const email = someAddress()
    for (let count = 0; count < 3; count++) await requestSignUp(source, { email })
    expect(await codeOf(requestSignUp(source, { email: email.toUpperCase() }))).toBe("rate_limited")
    expect(await mailSubjectsAt(email)).toHaveLength(3)
  })
})

describe("the mailed link", () => {
  test("makes a person with an organization of their own, signed in, and recorded", async () => {
    const { email, complete } = await asked()
    const { token, isPending } = await complete({ name: "Grace Hopper" })
    const caller = await userBy(browserWith(token))
    expect([isPending, caller.user.email, caller.role]).toEqual([false, email, "owner"])
    expect(caller.organization.name).toBe("Grace Hopper's organization")
    expect(await auditActionsOn(caller.user.id)).toEqual(["user.created"])
    const user = await db().user.findUniqueOrThrow({
      where: { email },
      select: { emailVerified: true, password: { select: { hash: true } } },
    })
    expect(user.emailVerified).not.toBeNull()
    expect(user.password?.hash).toMatch(/^\$argon2id\$/)
    expect(await codeOf(signInWithPassword(source, { email, password: PASSWORD, currentToken: null }))).toBe(
      "ok",
    )
  })

  test("works once, of twenty at once too", async () => {
    const { email, complete } = await asked()
    const answers = await Promise.all(Array.from({ length: 20 }, () => codeOf(complete())))
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)
    expect(new Set(answers)).toEqual(new Set(["ok", "conflict"]))
    expect(await countUsers(email)).toBe(1)
    expect(await codeOf(complete({ password: OTHER_PASSWORD }))).toBe("conflict")
  })

  test("makes no second person when the address is free again", async () => {
    const { email, complete } = await asked()
    await complete()
    await db().user.update({ where: { email }, data: { email: someAddress() } })
    expect(await codeOf(complete())).toBe("conflict")
    expect(await countUsers(email)).toBe(0)
  })

  test("is kept where the password is refused", async () => {
    const { complete } = await asked()
    expect(await codeOf(complete({ password: "1qaz2wsx3edc" }))).toBe("invalid_input")
    expect(await codeOf(complete())).toBe("ok")
  })

  test("does not work after half an hour", async () => {
    const { token, complete } = await asked()
    wait(minutes(30))
    expect(await getSignUp(token)).toBeNull()
    expect(await codeOf(complete())).toBe("conflict")
  })

  test.each(["", "no token", "a".repeat(43)])("is refused when its token is %j", async (token) => {
    expect(await getSignUp(token)).toBeNull()
    expect(await codeOf(completeSignUp(source, { token, password: PASSWORD, currentToken: null }))).toBe(
      "conflict",
    )
  })

  test("takes the place of the session that the browser had", async () => {
    const { complete } = await asked()
    const other = await createPerson()
    await complete({ currentToken: other.token })
    expect(await codeOf(callerBy(other))).toBe("unauthenticated")
  })
})

const identityOf = (email: string) => ({
  ...{ provider: "google" as const, subject: String(randomInt(10 ** 12)), email },
  ...{ name: null, image: null, authTime: null },
})

describe("an address that somebody asked to sign up with", () => {
  test("is still free for its owner, who then has what nobody prepared", async () => {
    const { email, complete } = await asked()
    const identity = identityOf(email)
    await checkSignIn(identity, null)
    const { id } = await createUser(source, identity)
    expect(await codeOf(complete())).toBe("conflict")
    expect(await db().password.count({ where: { userId: id } })).toBe(0)
  })

  test("is refused to an identity once the account is there", async () => {
    const { email, complete } = await asked()
    await complete()
    await expect(checkSignIn(identityOf(email), null)).rejects.toMatchObject({ failure: "account_exists" })
  })
})

test("the cleanup removes links that have expired", async () => {
  const { email } = await asked()
  while ((await cleanUp(addDuration(new Date(), minutes(31)))) > 0);
  expect(await db().mailedLink.count({ where: { email } })).toBe(0)
})

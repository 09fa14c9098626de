import { randomInt } from "node:crypto"
import { afterEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { minutes } from "../duration"
import { PRODUCT_NAME } from "../product"
import { wait } from "../testing/clock"
import { codeOf } from "../testing/code-of"
import {
  auditActionsOn,
  createBrowser,
  createPerson,
  createProgram,
  mailSubjectsTo,
} from "../testing/factories"
import { addPassword, mailedToken, OTHER_PASSWORD, PASSWORD } from "../testing/passwords"
import { source } from "../testing/request-source"
import { addTotp, callerBy, userBy } from "../testing/second-factors"
import { countStatements } from "../testing/statements"
import { removePassword, setPassword } from "./password-change"
import { getPasswordReset, requestPasswordReset, resetPassword } from "./password-reset"
import { signInWithPassword } from "./password-sign-in"
import { completeSignUp, requestSignUp } from "./password-sign-up"

afterEach(() => {
  vi.useRealTimers()
})

async function createPasswordOwner() {
  const person = await createPerson()
  await addPassword(person)
  return person
}

/** Somebody who has asked for a new password, and the token of the mail. */
async function forgetful() {
  const person = await createPasswordOwner()
  const { email } = person.caller.user
  await requestPasswordReset(source, { email })
  const token = (await mailedToken(email)) ?? ""
  const reset = (password = OTHER_PASSWORD) => resetPassword(source, { token, password })
  const signIn = (password: string) =>
    codeOf(signInWithPassword(source, { email, password, currentToken: null }))
  return { person, email, token, reset, signIn }
}

describe("asking for a new password", () => {
  test("mails a link, and changes nothing", async () => {
    const { person, token, email, signIn } = await forgetful()
    expect(await mailSubjectsTo(person)).toEqual(["Reset your password"])
    expect(await getPasswordReset(token)).toMatchObject({ email })
    expect([await signIn(PASSWORD), await codeOf(callerBy(person))]).toEqual(["ok", "ok"])
  })

  test("is answered alike for who has none and for an address that nobody has, and tells them by mail", async () => {
    const other = await createPerson()
    const nobody = `nobody-${randomInt(10 ** 12)}@example.test`
    expect(await requestPasswordReset(source, { email: other.caller.user.email })).toBeUndefined()
    expect(await requestPasswordReset(source, { email: nobody })).toBeUndefined()
    expect(await mailSubjectsTo(other)).toEqual(["Your account has no password"])
    expect(await mailedToken(other.caller.user.email)).toBeNull()
    const mail = await db().mail.findFirstOrThrow({ where: { to: nobody } })
    expect(mail.subject).toBe("No account has this address")
  })

  test("asks the database as much for an unknown address as for a known one", async () => {
    const { email } = (await createPasswordOwner()).caller.user
    const { caller } = await createPerson()
    const counts = []
    for (const address of [email, caller.user.email, `nobody-${email}`])
      counts.push(await countStatements(() => requestPasswordReset(source, { email: address })))
    expect(counts).toEqual([counts[0], counts[0], counts[0]])
    expect(counts[0]).toBeGreaterThan(0)
  })

  test("mails at most three times in half an hour to one address", async () => {
    const { email } = await forgetful()
    await requestPasswordReset(source, { email })
    await requestPasswordReset(source, { email })
    expect(await codeOf(requestPasswordReset(source, { email }))).toBe("rate_limited")
  })

  test("is refused to nobody who has no link that works, however often somebody else asks", async () => {
    const { email, token } = await forgetful()
    let newest = token
    for (let asked = 0; asked < 20; asked++) {
      wait(minutes(7))
      const answer = await codeOf(requestPasswordReset(source, { email }))
      if (answer === "ok") newest = (await mailedToken(email)) ?? ""
      expect([answer, await getPasswordReset(newest)]).toEqual([answer, expect.objectContaining({ email })])
    }
  })

  test("is not used up by who asks to sign up with the address", async () => {
    const { email } = (await createPasswordOwner()).caller.user
    for (let asked = 0; asked < 3; asked++) await requestSignUp(source, { email })
    expect(await codeOf(requestSignUp(source, { email }))).toBe("rate_limited")
    expect(await codeOf(requestPasswordReset(source, { email }))).toBe("ok")
  })
})

describe("the mailed link", () => {
  test("changes the password and ends every sign-in, in browsers and programs, opening none", async () => {
    const { person, reset, signIn } = await forgetful()
    const [browser, program] = [await createBrowser(person), await createProgram(person)]
    const before = await db().session.count({ where: { userId: person.caller.user.id } })
    await reset()
    for (const signedIn of [person, browser, program])
      expect(await codeOf(callerBy(signedIn))).toBe("unauthenticated")
    expect(await db().session.count({ where: { userId: person.caller.user.id } })).toBe(before)
    expect([await signIn(PASSWORD), await signIn(OTHER_PASSWORD)]).toEqual(["password_refused", "ok"])
    const ended = await db().session.findUniqueOrThrow({ where: { id: browser.sessionId } })
    expect(ended.endReason).toBe("credentials_changed")
    expect(await auditActionsOn(person.caller.user.id)).toContain("password.reset")
    expect(await mailSubjectsTo(person)).toContain("Your password was changed")
  })

  test("leaves the second factor, which is asked for after it", async () => {
    const { person, email, reset } = await forgetful()
    await addTotp(person)
    await reset()
    const { isPending } = await signInWithPassword(source, {
      email,
      password: OTHER_PASSWORD,
      currentToken: null,
    })
    expect(isPending).toBe(true)
  })

  test("works once, of ten at once too, and every other one that was mailed is over with it", async () => {
    const { email, token, reset } = await forgetful()
    await requestPasswordReset(source, { email })
    const second = (await mailedToken(email)) ?? ""
    const answers = await Promise.all(Array.from({ length: 10 }, () => codeOf(reset())))
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)
    for (const used of [token, second])
      expect(await codeOf(resetPassword(source, { token: used, password: PASSWORD }))).toBe("conflict")
  })

  test("is kept where the password is refused, as one of little more than the name is", async () => {
    const { person, reset } = await forgetful()
    const where = { id: person.caller.user.id }
    await db().user.update({ where, data: { name: "Wilhelmina Throckmorton" } })
    for (const password of [`${PRODUCT_NAME}#2026`, "Throckmorton2026"])
      expect(await codeOf(reset(password))).toBe("invalid_input")
    expect(await codeOf(reset())).toBe("ok")
  })

  test("does not work after half an hour, nor as a link to sign up", async () => {
    const { token, reset } = await forgetful()
    expect(await codeOf(completeSignUp(source, { token, password: PASSWORD, currentToken: null }))).toBe(
      "conflict",
    )
    wait(minutes(30))
    expect(await getPasswordReset(token)).toBeNull()
    expect(await codeOf(reset())).toBe("conflict")
  })

  test("does not work after the person changed the password, removed it, or has another address", async () => {
    const changed = await forgetful()
    await setPassword(await userBy(changed.person), { password: OTHER_PASSWORD, currentPassword: PASSWORD })
    expect(await codeOf(changed.reset())).toBe("conflict")

    const removed = await forgetful()
    await removePassword(await userBy(removed.person))
    expect(await codeOf(removed.reset())).toBe("conflict")

    const moved = await forgetful()
    const { id } = moved.person.caller.user
    await db().user.update({ where: { id }, data: { email: `moved-${randomInt(10 ** 12)}@example.test` } })
    expect(await codeOf(moved.reset())).toBe("conflict")
    expect(await codeOf(callerBy(moved.person))).toBe("ok")
  })
})

import { describe, expect, test } from "vitest"
import { lockCredentials } from "../auth/credential-lock"
import { db } from "../db"
import { deferredTasks } from "../defer"
import { addDuration, minutes } from "../duration"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, browserWith, createBrowser, createPerson } from "../testing/factories"
import { untilSomebodyWaits } from "../testing/locks"
import { addPassword, OTHER_PASSWORD, PASSWORD } from "../testing/passwords"
import { source } from "../testing/request-source"
import { addTotp, callerBy, pendingBy, userBy } from "../testing/second-factors"
import { countStatements } from "../testing/statements"
import { setPassword } from "./password-change"
import { hashPassword, verifyPassword } from "./password-hash"
import { signInAgainWithPassword, signInWithPassword } from "./password-sign-in"

async function passwordOwner() {
  const person = await createPerson()
  await addPassword(person)
  const { email } = person.caller.user
  const signIn = (given: { email?: string; password?: string; currentToken?: string } = {}) =>
    signInWithPassword(source, { email, password: PASSWORD, currentToken: null, ...given })
  return { person, email, signIn }
}

describe("a sign-in with a password", () => {
  test("opens a session of one factor, recorded", async () => {
    const { person, signIn } = await passwordOwner()
    const { token, isPending } = await signIn()
    const caller = await userBy(browserWith(token))
    expect([isPending, caller.user.id]).toEqual([false, person.caller.user.id])
    const session = await db().session.findUniqueOrThrow({ where: { id: caller.sessionId } })
    expect(session).toMatchObject({ amr: ["pwd"], secondFactorAt: null })
    expect(await auditActionsOn(caller.sessionId)).toEqual(["session.created"])
  })

  test("never passes a second factor", async () => {
    const { person, signIn } = await passwordOwner()
    await addTotp(person)
    const { token, isPending } = await signIn()
    expect(isPending).toBe(true)
    expect((await pendingBy(browserWith(token))).user.id).toBe(person.caller.user.id)
  })

  test("finds the person by any spelling of the address, and the password only as it was typed", async () => {
    const { email, signIn } = await passwordOwner()
    expect(await codeOf(signIn({ email: ` ${email.toUpperCase()} ` }))).toBe("ok")
    for (const password of [PASSWORD.toUpperCase(), `${PASSWORD} `, PASSWORD.slice(0, -1), ""])
      expect(await codeOf(signIn({ password }))).toBe("password_refused")
  })

  test("answers alike for a wrong password, an unknown address, an impossible one and a person without a password", async () => {
    const { email, signIn } = await passwordOwner()
    const { caller } = await createPerson()
    const attempts = [
      { email, password: OTHER_PASSWORD },
      { email: `nobody-${email}`, password: OTHER_PASSWORD },
      { email: "not an address", password: OTHER_PASSWORD },
      { email: caller.user.email, password: OTHER_PASSWORD },
    ]
    const answers = await Promise.all(attempts.map((attempt) => signIn(attempt).catch((error) => error)))
    expect(new Set(answers.map(({ code, message }) => `${code} ${message}`)).size).toBe(1)
    expect(answers[0].code).toBe("password_refused")
  })

  test("asks the database as much for an unknown address as for a known one", async () => {
    const { email, signIn } = await passwordOwner()
    const { caller } = await createPerson()
    const counts = []
    for (const address of [email, caller.user.email, `nobody-${email}`])
      counts.push(await countStatements(() => signIn({ email: address, password: OTHER_PASSWORD })))
    expect(counts).toEqual([1, 1, 1])
  })

  test("records at whom it was guessed", async () => {
    const { person, signIn } = await passwordOwner()
    await codeOf(signIn({ password: OTHER_PASSWORD }))
    await deferredTasks()
    expect(await auditActionsOn(person.caller.user.id)).toEqual(["password.refused"])
  })

  test("takes the place of the session that the browser had", async () => {
    const { signIn } = await passwordOwner()
    const other = await createPerson()
    await signIn({ currentToken: other.token })
    expect(await codeOf(callerBy(other))).toBe("unauthenticated")
  })

  test("is refused to who is disabled, and only after the right password", async () => {
    const { person, signIn } = await passwordOwner()
    await db().user.update({ where: { id: person.caller.user.id }, data: { disabledAt: new Date() } })
    expect(await codeOf(signIn({ password: OTHER_PASSWORD }))).toBe("password_refused")
    expect(await codeOf(signIn())).toBe("forbidden")
  })

  test("with a password that is changed after it was compared is refused", async () => {
    const { person, signIn } = await passwordOwner()
    const userId = person.caller.user.id
    const hash = await hashPassword(OTHER_PASSWORD)
    const { attempt } = await db().$transaction(async (tx) => {
      await lockCredentials(tx, userId)
      const attempt = codeOf(signIn())
      await untilSomebodyWaits()
      await tx.password.update({ where: { userId }, data: { hash }, select: { userId: true } })
      return { attempt }
    })
    expect(await attempt).toBe("password_refused")
  })
})

describe("guessing", () => {
  test("is over after ten attempts in a quarter of an hour, for whoever has the address and from anywhere", async () => {
    const { email } = await passwordOwner()
    for (const address of [email, `nobody-${email}`]) {
      const attempt = (index: number, password: string) =>
        codeOf(
          signInWithPassword(
            { ...source, clientAddress: `198.51.100.${index}` },
            { email: address, password, currentToken: null },
          ),
        )
      for (let index = 0; index < 10; index++)
        expect(await attempt(index, OTHER_PASSWORD)).toBe("password_refused")
      expect(await attempt(11, PASSWORD)).toBe("rate_limited")
    }
  })
})

describe("somebody whom strangers guess at", () => {
  /** Ten guesses from ten addresses: whatever is counted for the address of the mail alone is used up. */
  async function guessedAt() {
    const owner = await passwordOwner()
    const from = (clientAddress: string, password: string) =>
      codeOf(
        signInWithPassword(
          { ...source, clientAddress },
          { email: owner.email, password, currentToken: null },
        ),
      )
    for (let index = 1; index <= 10; index++) await from(`198.51.100.${index}`, OTHER_PASSWORD)
    return { ...owner, from }
  }

  test("still signs in from a network where they have signed in before, and is guessed at there no more either", async () => {
    const { person, from } = await guessedAt()
    const known = { ipAddress: "2001:db8:1:2:aaaa::1" }
    await db().session.update({ where: { id: person.caller.sessionId }, data: known })
    expect(await from("203.0.113.9", PASSWORD)).toBe("rate_limited")
    expect(await from("2001:db8:1:3::1", PASSWORD)).toBe("rate_limited")
    expect(await from("2001:db8:1:2::1", PASSWORD)).toBe("ok")
    for (let index = 0; index < 9; index++)
      expect(await from("2001:db8:1:2::1", OTHER_PASSWORD)).toBe("password_refused")
    expect(await from("2001:db8:1:2::1", PASSWORD)).toBe("rate_limited")
  })

  test("confirms a change and changes the password where they are signed in", async () => {
    const { person } = await guessedAt()
    const { token } = await signInAgainWithPassword(await userBy(person), { password: PASSWORD })
    const input = { password: OTHER_PASSWORD, currentPassword: PASSWORD }
    expect(await codeOf(setPassword(await userBy(browserWith(token)), input))).toBe("ok")
  })

  test("is guessed at no more than ten times by who holds their sign-in", async () => {
    const { person } = await passwordOwner()
    const caller = await userBy(person)
    const attempt = (password: string) => codeOf(signInAgainWithPassword(caller, { password }))
    for (let index = 0; index < 10; index++) expect(await attempt(OTHER_PASSWORD)).toBe("password_refused")
    expect(await attempt(PASSWORD)).toBe("rate_limited")
  })
})

describe("a password once more", () => {
  test("makes a fresh sign-in in place of the old one", async () => {
    const { person } = await passwordOwner()
    const old = await createBrowser(person, { authTime: addDuration(new Date(), -minutes(30)) })
    const caller = await userBy(old)
    const { token } = await signInAgainWithPassword(caller, { password: PASSWORD })
    expect((await userBy(browserWith(token))).proof.authTime.getTime()).toBeGreaterThan(Date.now() - 10_000)
    expect(await codeOf(callerBy(old))).toBe("unauthenticated")
  })

  test("that is wrong changes nothing", async () => {
    const { person } = await passwordOwner()
    const caller = await userBy(person)
    expect(await codeOf(signInAgainWithPassword(caller, { password: OTHER_PASSWORD }))).toBe(
      "password_refused",
    )
    expect(await codeOf(callerBy(person))).toBe("ok")
  })
})

describe("what is stored", () => {
  test("is Argon2id with the parameters that OWASP asks for, salted", async () => {
    const [one, two] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
  })

  test("is compared in one form of its characters, and with nothing it is wrong", async () => {
    const composed = "crème brûlée für alle"
    const stored = await hashPassword(composed)
    expect(await verifyPassword(stored, composed.normalize("NFD"))).toBe(true)
    expect(await verifyPassword(stored, "creme brulee fur alle")).toBe(false)
    expect(await verifyPassword(null, composed)).toBe(false)
  })
})

import { describe, expect, test } from "vitest"
import type { UserCaller } from "../auth/caller"
import { db } from "../db"
import { addDuration, minutes } from "../duration"
import { codeOf } from "../testing/code-of"
import {
  auditActionsOn,
  createBrowser,
  createPerson,
  createProgram,
  mailSubjectsTo,
  type Person,
} from "../testing/factories"
import { addPassword, OTHER_PASSWORD, PASSWORD } from "../testing/passwords"
import { source } from "../testing/request-source"
import { callerBy, userBy } from "../testing/second-factors"
import { removePassword, setPassword } from "./password-change"
import { signInWithPassword } from "./password-sign-in"

const signIn = ({ caller }: Person, password: string) =>
  codeOf(signInWithPassword(source, { email: caller.user.email, password, currentToken: null }))
const old = { authTime: addDuration(new Date(), -minutes(11)) }

describe("adding a password", () => {
  test("gives one more way in, recorded and told, and ends nothing", async () => {
    const person = await createPerson()
    const other = await createBrowser(person)
    await setPassword(await userBy(person), { password: PASSWORD })
    expect(await signIn(person, PASSWORD)).toBe("ok")
    expect(await codeOf(callerBy(other))).toBe("ok")
    expect(await auditActionsOn(person.caller.user.id)).toEqual(["password.set"])
    expect(await mailSubjectsTo(person)).toContain("A password was added to your account")
  })

  test("by ten requests at once happens once", async () => {
    const person = await createPerson()
    const caller = await userBy(person)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(setPassword({ ...caller }, { password: PASSWORD }))),
    )
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)
  })

  test("asks for a good one", async () => {
    const person = await createPerson()
    expect(await codeOf(setPassword(await userBy(person), { password: "1qaz2wsx3edc" }))).toBe(
      "invalid_input",
    )
    expect(await db().password.count({ where: { userId: person.caller.user.id } })).toBe(0)
  })
})

describe("changing the password", () => {
  test("needs the present one, and ends every other sign-in", async () => {
    const person = await createPerson()
    await addPassword(person)
    const [other, program] = [await createBrowser(person), await createProgram(person)]
    const caller = await userBy(person)
    for (const currentPassword of [undefined, OTHER_PASSWORD])
      expect(await codeOf(setPassword(caller, { password: OTHER_PASSWORD, currentPassword }))).toBe(
        "invalid_input",
      )
    expect(await codeOf(callerBy(other))).toBe("ok")
    await setPassword(caller, { password: OTHER_PASSWORD, currentPassword: PASSWORD })
    expect([await codeOf(callerBy(person)), await codeOf(callerBy(other))]).toEqual(["ok", "unauthenticated"])
    expect(await codeOf(callerBy(program))).toBe("unauthenticated")
    expect([await signIn(person, PASSWORD), await signIn(person, OTHER_PASSWORD)]).toEqual([
      "password_refused",
      "ok",
    ])
    expect(await mailSubjectsTo(person)).toContain("Your password was changed")
  })

  test("lets nobody guess the present one without end", async () => {
    const person = await createPerson()
    await addPassword(person)
    const caller = await userBy(person)
    const guess = (currentPassword: string) =>
      codeOf(setPassword(caller, { password: OTHER_PASSWORD, currentPassword }))
    for (let count = 0; count < 10; count++) expect(await guess("not the present one")).toBe("invalid_input")
    expect(await guess(PASSWORD)).toBe("rate_limited")
  })
})

describe("removing the password", () => {
  test("ends what it opened elsewhere, recorded and told", async () => {
    const person = await createPerson()
    await addPassword(person)
    const other = await createBrowser(person)
    await removePassword(await userBy(person))
    expect(await signIn(person, PASSWORD)).toBe("password_refused")
    expect([await codeOf(callerBy(person)), await codeOf(callerBy(other))]).toEqual(["ok", "unauthenticated"])
    expect(await auditActionsOn(person.caller.user.id)).toContain("password.removed")
    expect(await mailSubjectsTo(person)).toContain("Your password was removed")
  })

  test("is refused when it is the only sign-in method, and not found when there is none", async () => {
    const person = await createPerson()
    const caller = await userBy(person)
    expect(await codeOf(removePassword(caller))).toBe("not_found")
    await addPassword(person)
    await db().account.deleteMany({ where: { userId: caller.user.id } })
    expect(await codeOf(removePassword(caller))).toBe("conflict")
    expect(await signIn(person, PASSWORD)).toBe("ok")
  })
})

type Change = (caller: UserCaller) => Promise<void>

const changes: Record<string, Change> = {
  setPassword: (caller) => setPassword(caller, { password: OTHER_PASSWORD, currentPassword: PASSWORD }),
  removePassword,
}

test.each(Object.entries(changes))(
  "%s needs a fresh proof, and is nothing for a program",
  async (_name, change) => {
    const person = await createPerson()
    await addPassword(person)
    expect(await codeOf(change(await userBy(await createBrowser(person, old))))).toBe("step_up_required")
    expect(await codeOf(change(await userBy(await createProgram(person))))).toBe("forbidden")
    expect(await signIn(person, PASSWORD)).toBe("ok")
  },
)

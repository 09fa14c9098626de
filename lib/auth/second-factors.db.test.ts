import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { currentTime } from "../clock"
import { db } from "../db"
import { minutes, seconds } from "../duration"
import type { Authenticator } from "../testing/authenticator"
import { stopClock, wait } from "../testing/clock"
import { codeOf } from "../testing/code-of"
import { createPerson, mailSubjectsTo, type Person } from "../testing/factories"
import { addPasskey, addRecoveryCodes, addTotp, userBy } from "../testing/second-factors"
import type { UserCaller } from "./caller"
import { generateOpaqueToken } from "./opaque-token"
import { passkeyRequestOptions } from "./passkeys"
import { claimRecoveryCode, findRecoveryCode } from "./recovery-codes"
import { holderOf, takeSecondFactor } from "./second-factors"
import { secondFactorPasskeyOptions } from "./step-up-choices"
import { claimTotpCode, getTotpFactor } from "./totp-factors"

beforeEach(() => void stopClock())
afterEach(() => vi.useRealTimers())

/** Gives a code as this sign-in; what is opened by it is its method. */
function give(caller: UserCaller, code: string): Promise<string> {
  return takeSecondFactor(holderOf(caller), { type: "code", code }, async (_tx, method) => method)
}

/** The caller as one that comes from another address each time. */
function fromAnywhere(caller: UserCaller, index: number): UserCaller {
  return { ...caller, source: { ...caller.source, clientAddress: `198.51.100.${index}` } }
}

/** A code that is none of an app's, whenever it is looked at in the next minute. */
function wrongCode({ code }: { code: (steps?: number) => string }): string {
  const right = [-2, -1, 0, 1, 2].map((steps) => code(steps))
  return (
    ["000000", "111111", "222222", "333333", "444444", "555555"].find((text) => !right.includes(text)) ?? ""
  )
}

async function refusalsOf({ caller }: Person) {
  const events = await db().auditEvent.findMany({
    where: { actorId: caller.user.id, action: "second_factor.refused" },
    select: { details: true, organizationId: true },
  })
  expect(new Set(events.map(({ organizationId }) => organizationId)).size).toBeLessThanOrEqual(1)
  return events.map(({ details }) => details)
}

describe("the code of an app", () => {
  test.each([
    [-2, "second_factor_refused"],
    [-1, "ok"],
    [0, "ok"],
    [1, "second_factor_refused"],
    [2, "second_factor_refused"],
  ])("that is %d half minutes away: %s", async (steps, expected) => {
    const person = await createPerson()
    const { code } = await addTotp(person)
    expect(await codeOf(give(person.caller, code(steps)))).toBe(expected)
    expect(await refusalsOf(person)).toEqual(expected === "ok" ? [] : [{ kind: "totp" }])
  })

  test("is good once, also typed with spaces, and none before it after that", async () => {
    const person = await createPerson()
    const { code } = await addTotp(person)
    const [before, present] = [code(-1), code()]
    expect(await give(person.caller, ` ${present.slice(0, 3)} ${present.slice(3)}`)).toBe("totp")
    for (const used of [present, before])
      expect(await codeOf(give(person.caller, used))).toBe("second_factor_refused")
    wait(seconds(30))
    expect(await codeOf(give(person.caller, present))).toBe("second_factor_refused")
    expect(await give(person.caller, code())).toBe("totp")
  })

  test("given by twenty at once lets one in", async () => {
    const person = await createPerson()
    const { id, code } = await addTotp(person)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => codeOf(give(fromAnywhere(person.caller, index), code()))),
    )
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)

    // The same without the limit, which lets five of them through.
    wait(minutes(5))
    const factor = await getTotpFactor(person.caller.user.id)
    if (!factor) throw new Error("There is no app.")
    const claims = await Promise.all(
      Array.from({ length: 20 }, () =>
        db().$transaction((tx) => claimTotpCode(tx, holderOf(person.caller), { factor, code: code() })),
      ),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    const { failedAttempts } = await db().totpFactor.findUniqueOrThrow({ where: { id } })
    expect(failedAttempts).toBeLessThan(20)
  })

  test("of another person, and of an app that was not confirmed, is refused", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    await addTotp(person)
    const foreign = await addTotp(other)
    expect(await codeOf(give(person.caller, foreign.code()))).toBe("second_factor_refused")
    await db().totpFactor.update({ where: { id: foreign.id }, data: { confirmedAt: null } })
    expect(await codeOf(give(other.caller, foreign.code()))).toBe("second_factor_refused")
  })

  test("that is wrong is limited to five in five minutes, whatever the address, and leaves the other factors", async () => {
    const person = await createPerson()
    const app = await addTotp(person)
    const { authenticator } = await addPasskey(person)
    const [recoveryCode = ""] = await addRecoveryCodes(person)
    for (let index = 0; index < 5; index++)
      expect(await codeOf(give(fromAnywhere(person.caller, index), wrongCode(app)))).toBe(
        "second_factor_refused",
      )
    const limited = give(fromAnywhere(person.caller, 6), app.code())
    await expect(limited).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 300 })
    expect(await give(person.caller, recoveryCode)).toBe("recovery_code")
    const response = authenticator.get(await secondFactorPasskeyOptions(person.caller))
    const open = async (_tx: unknown, method: string) => method
    expect(await takeSecondFactor(holderOf(person.caller), { type: "passkey", response }, open)).toBe(
      "passkey",
    )

    wait(minutes(5))
    expect(await give(person.caller, app.code())).toBe("totp")
  })

  test("that somebody with the first factor alone tries keeps no settled sign-in from its own", async () => {
    const person = await createPerson()
    const app = await addTotp(person)
    for (let index = 0; index < 5; index++)
      await codeOf(give(fromAnywhere(person.caller, index), wrongCode(app)))
    expect(await codeOf(give(fromAnywhere(person.caller, 6), app.code()))).toBe("rate_limited")
    const proof = { ...person.caller.proof, secondFactorAt: currentTime() }
    expect(await give({ ...person.caller, proof }, app.code())).toBe("totp")
  })

  test("of an app that is removed while it is given is refused like any other", async () => {
    const person = await createPerson()
    const { id, code } = await addTotp(person)
    const factor = await getTotpFactor(person.caller.user.id)
    if (!factor) throw new Error("there is one")
    await db().totpFactor.delete({ where: { id }, select: { id: true } })
    const holder = holderOf(person.caller)
    expect(await db().$transaction((tx) => claimTotpCode(tx, holder, { factor, code: code() }))).toBe(false)
  })
})

describe("wrong codes without end", () => {
  async function guess(person: Person, { count, atOnce = 1 }: { count: number; atOnce?: number }) {
    const factor = await getTotpFactor(person.caller.user.id)
    for (let left = count; factor && left > 0; left -= atOnce)
      await Promise.all(
        Array.from({ length: Math.min(left, atOnce) }, () =>
          db().$transaction((tx) =>
            claimTotpCode(tx, holderOf(person.caller), { factor, code: "not a code" }),
          ),
        ),
      )
  }

  const disablings = (targetId: string) =>
    db().auditEvent.count({ where: { targetId, action: "second_factor.disabled" } })

  test("switch the app off at the fiftieth in a row, once, with a mail; the person still has a factor", async () => {
    const person = await createPerson()
    const app = await addTotp(person)
    await guess(person, { count: 45, atOnce: 5 })
    expect(await mailSubjectsTo(person)).toEqual([])
    await guess(person, { count: 20, atOnce: 20 })
    expect(await mailSubjectsTo(person)).toEqual(["Your authenticator app was switched off"])
    expect(await disablings(app.id)).toBe(1)

    expect(await codeOf(give(person.caller, app.code()))).toBe("second_factor_refused")
    const { proof } = await userBy(person)
    expect(proof.secondFactorSince).not.toBeNull()
  })

  test("begin anew after a right one", async () => {
    const person = await createPerson()
    const app = await addTotp(person)
    await guess(person, { count: 49, atOnce: 7 })
    expect(await give(person.caller, app.code())).toBe("totp")
    await guess(person, { count: 49, atOnce: 7 })
    expect(await disablings(app.id)).toBe(0)
  })
})

describe("a recovery code", () => {
  test("is good once, is told of by mail, and is recorded with how many are left", async () => {
    const person = await createPerson()
    const [first = "", second = ""] = await addRecoveryCodes(person)
    expect(await give(person.caller, first)).toBe("recovery_code")
    expect(await codeOf(give(person.caller, first))).toBe("second_factor_refused")
    expect(await give(person.caller, second)).toBe("recovery_code")
    expect(await mailSubjectsTo(person)).toEqual(["A recovery code was used", "A recovery code was used"])
    const used = await db().auditEvent.findMany({
      where: { targetId: person.caller.user.id, action: "recovery_code.used" },
    })
    expect(used.map(({ details }) => JSON.stringify(details)).sort()).toEqual(['{"left":8}', '{"left":9}'])
  })

  test("is read however it was typed", async () => {
    const person = await createPerson()
    const [first = "", second = "", third = ""] = await addRecoveryCodes(person)
    // The first begins with a nought, the second with a one.
    const typed = [
      first.toUpperCase().replaceAll("0", "O").replaceAll("-", " "),
      second.replaceAll("1", "l").replaceAll("-", ""),
      ` ${third.toUpperCase()} `,
    ]
    for (const text of typed) expect([text, await codeOf(give(person.caller, text))]).toEqual([text, "ok"])
  })

  test("given by twenty at once lets one in", async () => {
    const person = await createPerson()
    const { id } = person.caller.user
    const [code = ""] = await addRecoveryCodes(person)
    const found = await findRecoveryCode(id, code)
    if (!found) throw new Error("There is no such code.")
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => db().$transaction((tx) => claimRecoveryCode(tx, id, found))),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
  })

  test("is worth nothing once all were replaced, also for who has found it already", async () => {
    const person = await createPerson()
    const { id } = person.caller.user
    const [first = "", second = ""] = await addRecoveryCodes(person)
    const found = await findRecoveryCode(id, first)
    if (!found) throw new Error("There is no such code.")
    await addRecoveryCodes(person)
    expect(await db().$transaction((tx) => claimRecoveryCode(tx, id, found))).toBe(false)
    expect(await codeOf(give(person.caller, second))).toBe("second_factor_refused")
  })

  test("of another person is refused, and ten guesses meet the limit", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    await addRecoveryCodes(person)
    const foreign = await addRecoveryCodes(other)
    const answers = []
    for (const [index, code] of foreign.entries())
      answers.push(await codeOf(give(fromAnywhere(person.caller, index), code)))
    expect(answers).toEqual([
      ...Array.from({ length: 5 }, () => "second_factor_refused"),
      ...Array.from({ length: 5 }, () => "rate_limited"),
    ])
  })
})

describe("a passkey", () => {
  const giveAssertion = (caller: UserCaller, response: ReturnType<Authenticator["get"]>) =>
    takeSecondFactor(holderOf(caller), { type: "passkey", response }, async (_tx, method) => method)

  test("opens once, of two at once too", async () => {
    const person = await createPerson()
    const { authenticator } = await addPasskey(person)
    const response = authenticator.get(await secondFactorPasskeyOptions(person.caller))
    const answers = await Promise.all([1, 2].map(() => codeOf(giveAssertion(person.caller, response))))
    expect(answers.sort()).toEqual(["ok", "second_factor_refused"])
    expect(await refusalsOf(person)).toEqual([{ kind: "passkey" }])
  })

  test("of another person is refused, also to the challenge of this one", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    await addPasskey(person)
    const foreign = await addPasskey(other)
    const options = await secondFactorPasskeyOptions(person.caller)
    expect(await codeOf(giveAssertion(person.caller, foreign.authenticator.get(options)))).toBe(
      "second_factor_refused",
    )
    const { lastUsedAt } = await db().passkey.findUniqueOrThrow({ where: { id: foreign.id } })
    expect(lastUsedAt).toBeNull()
  })

  test("that signed to sign in is refused", async () => {
    const person = await createPerson()
    const { authenticator } = await addPasskey(person)
    const holder = { browserToken: generateOpaqueToken() }
    const response = authenticator.get(await passkeyRequestOptions({ ceremony: "sign_in", holder }))
    expect(await codeOf(giveAssertion(person.caller, response))).toBe("second_factor_refused")
  })
})

test.each(["", "12345", "1234567", "abcdef", "１２３４５６", "0".repeat(17), "x".repeat(40)])(
  "%j is refused to who has no factor, and to who has them all",
  async (text) => {
    const [person, owner] = [await createPerson(), await createPerson()]
    await addTotp(owner)
    await addRecoveryCodes(owner)
    for (const { caller } of [person, owner])
      expect(await codeOf(give(caller, text))).toBe("second_factor_refused")
  },
)

test("what cannot be opened uses nothing up", async () => {
  const person = await createPerson()
  const { code } = await addTotp(person)
  const failing = takeSecondFactor(holderOf(person.caller), { type: "code", code: code() }, async () => {
    throw new Error("no")
  })
  await expect(failing).rejects.toThrow("no")
  expect(await give(person.caller, code())).toBe("totp")
})

test("no code or secret is in a mail or in the audit log", async () => {
  const person = await createPerson()
  const app = await addTotp(person)
  const [recoveryCode = ""] = await addRecoveryCodes(person)
  const guess = wrongCode(app)
  await codeOf(give(person.caller, guess))
  for (const code of [app.code(), recoveryCode]) await give(person.caller, code)
  const { user } = person.caller
  const events = await db().auditEvent.findMany({ where: { actorId: user.id }, select: { details: true } })
  const mails = await db().mail.findMany({ where: { to: user.email }, select: { text: true, html: true } })
  const written = JSON.stringify([events, mails])
  expect([events.length, mails.length]).toEqual([2, 1])
  for (const secret of [app.secret, recoveryCode, recoveryCode.replaceAll("-", ""), guess, app.code()])
    expect(written).not.toContain(secret)
})

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import type { SecondFactorPolicy } from "@/prisma/generated/enums"
import * as argon2 from "../argon2"
import { currentTime } from "../clock"
import { db } from "../db"
import { addDuration, minutes, seconds } from "../duration"
import { requireWithin } from "../rate-limit/limit"
import { policies } from "../rate-limit/policies"
import { Authenticator } from "../testing/authenticator"
import { stopClock, wait } from "../testing/clock"
import { codeOf } from "../testing/code-of"
import {
  auditActionsOn,
  createBrowser,
  createPerson,
  createProgram,
  mailSubjectsTo,
  type Person,
} from "../testing/factories"
import { addPasskey as addedPasskey, addTotp, callerBy, pendingBy, userBy } from "../testing/second-factors"
import type { PendingCaller, UserCaller } from "./caller"
import {
  addPasskey,
  confirmTotp,
  listSecondFactors,
  PASSKEYS_MAX,
  regenerateRecoveryCodes,
  removePasskey,
  removeTotp,
  renamePasskey,
  startPasskey,
  startTotp,
} from "./factor-enrolment"
import { holderOf, takeSecondFactor } from "./second-factors"
import { stepUp } from "./step-up-session"
import { stepAt, totpCode } from "./totp"

beforeEach(() => void stopClock())
afterEach(() => vi.useRealTimers())

const codeNow = (secret: string) => totpCode(secret, stepAt(currentTime()))

const isTaken = async (caller: UserCaller, code: string) =>
  (await codeOf(takeSecondFactor(holderOf(caller), { type: "code", code }, async () => null))) === "ok"

/** The person in the browser they came with, where they have just given a second factor. */
async function steppedUp(person: Person): Promise<UserCaller> {
  await db().session.update({
    where: { id: person.caller.sessionId },
    data: { secondFactorAt: currentTime(), secondFactorMethod: "totp" },
    select: { id: true },
  })
  return userBy(person)
}

async function setPolicy({ caller }: Person, secondFactorPolicy: SecondFactorPolicy) {
  await db().organization.update({
    where: { id: caller.organization.id },
    data: { secondFactorPolicy },
    select: { id: true },
  })
}

async function factorSince({ caller }: Person): Promise<Date | null> {
  return (await db().user.findUniqueOrThrow({ where: { id: caller.user.id } })).secondFactorSince
}

/** A passkey that a browser made for this sign-in. */
async function makePasskey(caller: UserCaller | PendingCaller, authenticator = new Authenticator()) {
  return { response: authenticator.create(await startPasskey(caller)), name: "My key" }
}

describe("an authenticator app", () => {
  test("counts once it is confirmed, steps the sign-in up, and brings ten recovery codes", async () => {
    const person = await createPerson()
    const { secret, uri } = await startTotp(person.caller)
    expect(uri).toContain(`secret=${secret}&`)
    expect(await isTaken(person.caller, codeNow(secret))).toBe(false)
    expect([await factorSince(person), (await listSecondFactors(person.caller)).totp]).toEqual([null, null])

    wait(minutes(1))
    const { steppedUp, recoveryCodes } = await confirmTotp(person.caller, { code: codeNow(secret) })
    expect(new Set(recoveryCodes).size).toBe(10)
    expect(await factorSince(person)).toEqual(currentTime())
    expect(await listSecondFactors(person.caller)).toMatchObject({
      totp: { confirmedAt: currentTime(), disabledAt: null },
      passkeys: [],
      recoveryCodesLeft: 10,
    })
    expect(steppedUp.until).toEqual(addDuration(currentTime(), minutes(10)))
    await expect(callerBy(person)).rejects.toMatchObject({ code: "unauthenticated" })
    expect(await mailSubjectsTo(person)).toEqual(["An authenticator app was added"])
    const { id } = await db().totpFactor.findFirstOrThrow({ where: { userId: person.caller.user.id } })
    expect(await auditActionsOn(id)).toEqual(["second_factor.added"])

    expect(await isTaken(person.caller, codeNow(secret))).toBe(false)
    wait(seconds(30))
    expect(await isTaken(person.caller, codeNow(secret))).toBe(true)
  })

  test("is told to its person once: afterwards the secret is sealed, and nowhere else", async () => {
    const person = await createPerson()
    const { secret } = await startTotp(person.caller)
    const { recoveryCodes } = await confirmTotp(person.caller, { code: codeNow(secret) })
    const userId = person.caller.user.id
    const factor = await db().totpFactor.findFirstOrThrow({
      where: { userId },
      omit: { sealedSecret: false },
    })
    expect(factor.sealedSecret).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/)
    const written = JSON.stringify([
      factor,
      await listSecondFactors(person.caller),
      await db().recoveryCode.findMany({ where: { userId } }),
      await db()
        .auditEvent.findMany({ where: { actorId: userId } })
        .then((rows) => rows.map(({ details }) => details)),
      await db()
        .mail.findMany({ where: { to: person.caller.user.email } })
        .then((rows) => rows.map(({ html, text }) => [html, text])),
    ])
    for (const text of [secret, ...(recoveryCodes ?? []).flatMap((code) => [code, code.replaceAll("-", "")])])
      expect(written).not.toContain(text)
    expect(JSON.stringify(await listSecondFactors(person.caller))).not.toContain("sealed")
  })

  test("is not confirmed by a wrong code, nor by one of another's app", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    const { secret } = await startTotp(person.caller)
    const foreign = await startTotp(other.caller)
    for (const code of ["000000", "", codeNow(foreign.secret), totpCode(secret, stepAt(currentTime()) - 2)])
      expect(await codeOf(confirmTotp(person.caller, { code }))).toBe("second_factor_refused")
    expect(await factorSince(person)).toBeNull()
  })

  test("is confirmed within a quarter of an hour, or begun again", async () => {
    const person = await createPerson()
    expect(await codeOf(confirmTotp(person.caller, { code: "000000" }))).toBe("conflict")
    const { secret } = await startTotp(person.caller)
    wait(minutes(16))
    const later = await createBrowser(person)
    const caller = await userBy(later)
    expect(await codeOf(confirmTotp(caller, { code: codeNow(secret) }))).toBe("conflict")
    const again = await startTotp(caller)
    expect(await codeOf(confirmTotp(caller, { code: codeNow(secret) }))).toBe("second_factor_refused")
    expect(await codeOf(confirmTotp(caller, { code: codeNow(again.secret) }))).toBe("ok")
  })

  test("takes the place of an earlier one, and brings no new recovery codes", async () => {
    const person = await createPerson()
    const old = await addTotp(person)
    const caller = await steppedUp(person)
    const { secret } = await startTotp(caller)
    expect(await isTaken(caller, old.code())).toBe(true)
    expect((await confirmTotp(caller, { code: codeNow(secret) })).recoveryCodes).toBeNull()
    wait(seconds(30))
    expect([await isTaken(caller, old.code()), await isTaken(caller, codeNow(secret))]).toEqual([false, true])
    expect(await db().totpFactor.count({ where: { userId: caller.user.id } })).toBe(1)
  })

  test("that is confirmed twice at once is added once", async () => {
    const person = await createPerson()
    const { secret } = await startTotp(person.caller)
    const answers = await Promise.all(
      [1, 2].map(() => codeOf(confirmTotp(person.caller, { code: codeNow(secret) }))),
    )
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)
    expect(await mailSubjectsTo(person)).toHaveLength(1)
    expect(await db().totpFactor.count({ where: { userId: person.caller.user.id } })).toBe(1)
  })
})

describe("a passkey", () => {
  test("is added with its name, signs from then on, and is told of", async () => {
    const person = await createPerson()
    const authenticator = new Authenticator()
    const { steppedUp, recoveryCodes } = await addPasskey(
      person.caller,
      await makePasskey(person.caller, authenticator),
    )
    expect([steppedUp.method, recoveryCodes?.length]).toEqual(["passkey", 10])
    const [passkey] = (await listSecondFactors(person.caller)).passkeys
    expect(passkey).toMatchObject({ name: "My key", backedUp: false, lastUsedAt: null })
    expect(Object.keys(passkey ?? {}).join()).not.toMatch(/key|counter|credential/i)
    expect(await auditActionsOn(passkey?.id ?? "")).toEqual(["second_factor.added"])
    expect(await mailSubjectsTo(person)).toEqual(["A passkey was added"])
  })

  test("that is somebody's already is refused, also when two add it at once", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    const authenticator = new Authenticator()
    const [own, foreign] = [
      await makePasskey(person.caller, authenticator),
      await makePasskey(other.caller, authenticator),
    ]
    const answers = await Promise.all([
      codeOf(addPasskey(person.caller, own)),
      codeOf(addPasskey(other.caller, foreign)),
    ])
    expect(answers.sort()).toEqual(["conflict", "ok"])
    const third = await createPerson()
    expect(await codeOf(addPasskey(third.caller, await makePasskey(third.caller, authenticator)))).toBe(
      "conflict",
    )
  })

  test("is one of twenty at most", async () => {
    const person = await createPerson()
    for (let count = 0; count < PASSKEYS_MAX; count++) await addedPasskey(person)
    const caller = await steppedUp(person)
    expect(await codeOf(addPasskey(caller, await makePasskey(caller)))).toBe("limit_reached")
  })

  test("and an app that are first at once leave one first, with recovery codes once", async () => {
    const person = await createPerson()
    const { secret } = await startTotp(person.caller)
    const made = await makePasskey(person.caller)
    const answers = await Promise.all([
      codeOf(confirmTotp(person.caller, { code: codeNow(secret) })),
      codeOf(addPasskey(person.caller, made)),
    ])
    expect(answers.sort()).toEqual(["ok", "step_up_required"])
    expect(await db().recoveryCode.count({ where: { userId: person.caller.user.id } })).toBe(10)
  })

  test("of another person is not there to rename or remove, byte for byte like one that never was", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    await addedPasskey(person)
    const { id } = await addedPasskey(other)
    const caller = await steppedUp(person)
    for (const work of [
      (id: string) => renamePasskey(caller, { id, name: "Mine" }),
      (id: string) => removePasskey(caller, { id }),
    ]) {
      const refusals = await Promise.all(
        [id, "01K9ZQ7D3N5T8V0W2X4Y6Z8A1B"].map((id) => work(id).catch(String)),
      )
      expect(new Set(refusals).size).toBe(1)
      expect(await codeOf(work(id))).toBe("not_found")
    }
    expect(await db().passkey.findUnique({ where: { id } })).toMatchObject({ name: "Test passkey" })
  })

  test("is renamed, and that is recorded", async () => {
    const person = await createPerson()
    const { id } = await addedPasskey(person)
    await renamePasskey(await steppedUp(person), { id, name: "Phone" })
    expect((await listSecondFactors(person.caller)).passkeys).toMatchObject([{ id, name: "Phone" }])
    expect(await auditActionsOn(id)).toEqual(["second_factor.renamed"])
  })
})

describe("who may add a factor", () => {
  const begin = (caller: UserCaller | PendingCaller) =>
    [startTotp(caller), confirmTotp(caller, { code: "000000" }), startPasskey(caller)].map(codeOf)

  const added = ({ caller: { user } }: Person) =>
    Promise.all([
      db().totpFactor.count({ where: { userId: user.id } }),
      db().passkey.count({ where: { userId: user.id } }),
    ])

  test.each(["optional", "step_up", "required"] satisfies SecondFactorPolicy[])(
    "the first one: who has just signed in, where the policy is %s",
    async (policy) => {
      const person = await createPerson()
      await setPolicy(person, policy)
      const caller = await callerBy(person)
      const { secret } = await startTotp(caller)
      expect(await codeOf(confirmTotp(caller, { code: codeNow(secret) }))).toBe("ok")
    },
  )

  test.each(["optional", "required"] satisfies SecondFactorPolicy[])(
    "not who signed in a while ago, where the policy is %s",
    async (policy) => {
      const person = await createPerson()
      await setPolicy(person, policy)
      const made = await makePasskey(person.caller)
      const caller = await callerBy(
        await createBrowser(person, { authTime: addDuration(currentTime(), -minutes(10)) }),
      )
      for (const answer of begin(caller)) expect(await answer).toBe("step_up_required")
      expect(await codeOf(addPasskey(caller, made))).toBe("step_up_required")
      expect(await added(person)).toEqual([0, 0])
    },
  )

  test("not who has one and has not just given it, however fresh the sign-in", async () => {
    const person = await createPerson()
    await addedPasskey(person)
    const settled = await userBy(person)
    const pending = await pendingBy(await createBrowser(person, { secondFactorPending: true }))
    for (const caller of [settled, pending])
      for (const answer of begin(caller)) expect(await answer).toBe("step_up_required")
    expect(await added(person)).toEqual([0, 1])
  })

  test("no program, which changes none either", async () => {
    const person = await createPerson()
    const { id } = await addedPasskey(person)
    const caller = await userBy(
      await createProgram(person, { secondFactorAt: currentTime(), secondFactorMethod: "totp" }),
    )
    for (const answer of begin(caller)) expect(await answer).toBe("forbidden")
    for (const change of [
      removePasskey(caller, { id }),
      removeTotp(caller),
      renamePasskey(caller, { id, name: "x" }),
      regenerateRecoveryCodes(caller),
    ])
      expect(await codeOf(change)).toBe("forbidden")
    expect(await added(person)).toEqual([0, 1])
  })
})

describe("removing a factor", () => {
  test("takes it away, tells the person, and with the last one the recovery codes", async () => {
    const person = await createPerson()
    const app = await addTotp(person)
    const { id } = await addedPasskey(person)
    const caller = await steppedUp(person)
    await regenerateRecoveryCodes(caller)
    await removeTotp(caller)
    expect(await isTaken(caller, app.code())).toBe(false)
    expect((await listSecondFactors(caller)).recoveryCodesLeft).toBe(10)
    expect(await factorSince(person)).not.toBeNull()
    await removePasskey(caller, { id })
    expect(await listSecondFactors(caller)).toEqual({ totp: null, passkeys: [], recoveryCodesLeft: 0 })
    expect(await factorSince(person)).toBeNull()
    // In no order: the clock stands still.
    expect((await mailSubjectsTo(person)).sort()).toEqual([
      "A passkey was removed",
      "An authenticator app was removed",
      "New recovery codes were generated",
    ])
    for (const target of [app.id, id]) expect(await auditActionsOn(target)).toEqual(["second_factor.removed"])
  })

  test("needs a factor that was just given", async () => {
    const person = await createPerson()
    await addTotp(person)
    const { id } = await addedPasskey(person)
    const caller = await userBy(person)
    for (const change of [
      removeTotp(caller),
      removePasskey(caller, { id }),
      renamePasskey(caller, { id, name: "x" }),
      regenerateRecoveryCodes(caller),
    ])
      expect(await codeOf(change)).toBe("step_up_required")
    expect(await listSecondFactors(caller)).toMatchObject({ totp: {}, passkeys: [{ name: "Test passkey" }] })
    expect(await mailSubjectsTo(person)).toEqual([])
  })

  test("leaves the last one where the organization requires one, of two at once too", async () => {
    const person = await createPerson()
    await setPolicy(person, "required")
    const app = await addTotp(person)
    const { id } = await addedPasskey(person)
    const caller = await steppedUp(person)
    const answers = await Promise.all([codeOf(removeTotp(caller)), codeOf(removePasskey(caller, { id }))])
    expect(answers.sort()).toEqual(["conflict", "ok"])
    expect(await factorSince(person)).not.toBeNull()
    const { totp, passkeys } = await listSecondFactors(caller)
    expect([totp, ...passkeys].filter(Boolean)).toHaveLength(1)
    const last = totp ? removeTotp(caller) : removePasskey(caller, { id })
    expect(await codeOf(last)).toBe("conflict")
    expect(await auditActionsOn(totp ? app.id : id)).toEqual([])
  })

  test("that is not there is a 404", async () => {
    const person = await createPerson()
    await addedPasskey(person)
    expect(await codeOf(removeTotp(await steppedUp(person)))).toBe("not_found")
  })
})

describe("recovery codes", () => {
  test("are made anew in the place of the old ones, recorded and told of", async () => {
    const person = await createPerson()
    await addTotp(person)
    const caller = await steppedUp(person)
    const [old = ""] = await regenerateRecoveryCodes(caller)
    const [fresh = ""] = await regenerateRecoveryCodes(caller)
    expect([await isTaken(caller, old), await isTaken(caller, fresh)]).toEqual([false, true])
    expect(await db().recoveryCode.count({ where: { userId: caller.user.id } })).toBe(10)
    const actions = await auditActionsOn(caller.user.id)
    expect(actions.filter((action) => action === "recovery_codes.created")).toHaveLength(2)
  })

  test("are made ten times in five minutes at most, because each costs ten hashes", async () => {
    const person = await createPerson()
    await addTotp(person)
    const caller = await steppedUp(person)
    const { limit } = policies.credential_change()
    for (let count = 0; count < limit; count++) await requireWithin("credential_change", caller.user.id)
    expect(await codeOf(regenerateRecoveryCodes(caller))).toBe("rate_limited")
    wait(minutes(5))
    expect(await codeOf(regenerateRecoveryCodes(await steppedUp(person)))).toBe("ok")
  })

  test("are not for who has no factor, and nothing is hashed for them", async () => {
    const { caller } = await createPerson()
    const hashed = vi.spyOn(argon2, "argon2Hash")
    expect(await codeOf(regenerateRecoveryCodes(caller))).toBe("conflict")
    expect(await db().recoveryCode.count({ where: { userId: caller.user.id } })).toBe(0)
    expect(hashed).not.toHaveBeenCalled()
  })
})

test("a factor that was added opens the sign-in that added it, and no other", async () => {
  const person = await createPerson()
  const other = await createBrowser(person)
  const { secret } = await startTotp(person.caller)
  const { steppedUp } = await confirmTotp(person.caller, { code: codeNow(secret) })
  if (!steppedUp.cookie) throw new Error("There is no new cookie.")
  const { proof } = await userBy(other)
  expect([proof.secondFactorAt, proof.secondFactorSince]).toEqual([null, currentTime()])
  wait(seconds(30))
  const again = await stepUp(await userBy(other), { type: "code", code: codeNow(secret) })
  expect(again.method).toBe("totp")
})

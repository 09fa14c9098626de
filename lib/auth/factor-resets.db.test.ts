import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { addDuration, days, minutes, seconds } from "../duration"
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
import { addPasskey, addRecoveryCodes, addTotp, callerBy, pendingBy, userBy } from "../testing/second-factors"
import { listSecondFactors } from "./factor-enrolment"
import { completeFactorReset, getFactorReset, requestFactorReset } from "./factor-resets"
import { generateOpaqueToken } from "./opaque-token"
import { secondFactorPasskeyOptions } from "./step-up-choices"
import { stepUp } from "./step-up-session"

beforeEach(() => void stopClock())
afterEach(() => vi.useRealTimers())

/** Somebody with every kind of second factor, none of them at hand. */
async function factorOwner() {
  const person = await createPerson()
  const app = await addTotp(person)
  const { authenticator } = await addPasskey(person)
  const [recoveryCode = ""] = await addRecoveryCodes(person)
  return { person, app, authenticator, recoveryCode }
}

/** They come and prove the first factor, now. */
async function signIn(person: Person) {
  const now = new Date()
  const times = { authTime: now, lastSeenAt: now, expiresAt: addDuration(now, days(30)) }
  return pendingBy(await createBrowser(person, { ...times, secondFactorPending: true }))
}

const resetsOf = ({ caller }: Person) => db().factorReset.findMany({ where: { userId: caller.user.id } })

async function factorsOf({ caller }: Person) {
  const { totp, passkeys, recoveryCodesLeft } = await listSecondFactors(caller)
  return [totp === null ? 0 : 1, passkeys.length, recoveryCodesLeft]
}

describe("who says that all second factors are lost", () => {
  test("is told by mail at once, and may go on after three days", async () => {
    const { person } = await factorOwner()
    const reset = await requestFactorReset(await signIn(person))
    expect(reset).toEqual({
      createdAt: new Date(),
      readyAt: addDuration(new Date(), days(3)),
      isReady: false,
    })
    expect(await mailSubjectsTo(person)).toEqual(["Your second factors are about to be removed"])
    const [{ id = "" } = {}] = await resetsOf(person)
    expect(await auditActionsOn(id)).toEqual(["factor_reset.requested"])
    expect(await factorsOf(person)).toEqual([1, 1, 10])
  })

  test("begins one wait, however often and in however many browsers at once", async () => {
    const { person } = await factorOwner()
    const callers = await Promise.all(Array.from({ length: 10 }, () => signIn(person)))
    await Promise.all(callers.map(requestFactorReset))
    wait(days(1))
    const again = await requestFactorReset(await signIn(person))
    expect(again.readyAt).toEqual(addDuration(new Date(), days(2)))
    expect(await resetsOf(person)).toHaveLength(1)
    expect(await mailSubjectsTo(person)).toHaveLength(1)
  })

  test("must have signed in just now, at the beginning and at the end", async () => {
    const { person } = await factorOwner()
    const caller = await signIn(person)
    await requestFactorReset(caller)
    wait(days(3))
    expect(await codeOf(completeFactorReset(caller))).toBe("step_up_required")
    expect(await codeOf(requestFactorReset(caller))).toBe("step_up_required")
    expect(await factorsOf(person)).toEqual([1, 1, 10])
  })
})

describe("before the wait is over", () => {
  test("nothing is removed", async () => {
    const { person } = await factorOwner()
    expect(await codeOf(completeFactorReset(await signIn(person)))).toBe("conflict")
    await requestFactorReset(await signIn(person))
    wait(days(3) - seconds(1))
    expect(await codeOf(completeFactorReset(await signIn(person)))).toBe("conflict")
    expect(await factorsOf(person)).toEqual([1, 1, 10])
  })

  test.each(["an app", "a passkey", "a recovery code"])("%s that is given ends it", async (kind) => {
    const { person, app, authenticator, recoveryCode } = await factorOwner()
    await requestFactorReset(await signIn(person))
    wait(days(1))
    const owner = await signIn(person)
    const attempts: Record<string, Parameters<typeof stepUp>[1]> = {
      "an app": { type: "code", code: app.code() },
      "a passkey": {
        type: "passkey",
        response: authenticator.get(await secondFactorPasskeyOptions(owner)),
      },
      "a recovery code": { type: "code", code: recoveryCode },
    }
    await stepUp(owner, attempts[kind] ?? { type: "code", code: generateOpaqueToken() })
    expect(await getFactorReset(person.caller.user.id)).toBeNull()
    wait(days(2))
    expect(await codeOf(completeFactorReset(await signIn(person)))).toBe("conflict")
    const [{ id = "" } = {}] = await resetsOf(person)
    expect((await auditActionsOn(id)).sort()).toEqual(["factor_reset.cancelled", "factor_reset.requested"])
  })

  test("a wrong code ends nothing", async () => {
    const { person } = await factorOwner()
    await requestFactorReset(await signIn(person))
    const attempt = { type: "code", code: "not one" } as const
    expect(await codeOf(stepUp(await signIn(person), attempt))).toBe("second_factor_refused")
    expect(await getFactorReset(person.caller.user.id)).not.toBeNull()
  })
})

describe("once the wait is over", () => {
  async function waited() {
    const owner = await factorOwner()
    const [browser, program] = [
      await createBrowser(owner.person, { expiresAt: addDuration(new Date(), days(30)) }),
      await createProgram(owner.person),
    ]
    await requestFactorReset(await signIn(owner.person))
    wait(days(3))
    return { ...owner, browser, program }
  }

  test("every factor goes, this sign-in is open, all others end, and the person is told", async () => {
    const { person, browser, program } = await waited()
    const { id: userId } = person.caller.user
    const caller = await signIn(person)
    await completeFactorReset(caller)
    expect(await factorsOf(person)).toEqual([0, 0, 0])
    const user = await db().user.findUniqueOrThrow({ where: { id: userId } })
    expect(user.secondFactorSince).toBeNull()
    const sessions = await db().session.findMany({ where: { userId } })
    const live = sessions.filter(({ endedAt }) => endedAt === null)
    expect(live).toMatchObject([{ id: caller.sessionId, secondFactorPending: false }])
    expect(sessions.find(({ id }) => id === program.sessionId)?.endReason).toBe("credentials_changed")
    for (const ended of [browser, program]) expect(await codeOf(callerBy(ended))).toBe("unauthenticated")
    expect(await mailSubjectsTo(person)).toContain("Your second factors were removed")
    const [{ id = "" } = {}] = await resetsOf(person)
    expect((await auditActionsOn(id)).sort()).toEqual(["factor_reset.completed", "factor_reset.requested"])
  })

  test("makes the codes that programs wait for worthless", async () => {
    const { person } = await waited()
    const { user, organization } = person.caller
    const code = await db().authorizationCode.create({
      data: {
        ...{ userId: user.id, organizationId: organization.id, clientId: "cli", scope: [] },
        ...{ hash: new Uint8Array(32), redirectUri: "http://127.0.0.1/callback", codeChallenge: "c" },
        ...{ authTime: new Date(), expiresAt: addDuration(new Date(), minutes(1)) },
      },
    })
    await completeFactorReset(await signIn(person))
    expect((await db().authorizationCode.findUniqueOrThrow({ where: { id: code.id } })).usedAt).not.toBeNull()
  })

  test("it happens once, of ten at once too", async () => {
    const { person } = await waited()
    const callers = await Promise.all(Array.from({ length: 10 }, () => signIn(person)))
    const answers = await Promise.all(callers.map((caller) => codeOf(completeFactorReset(caller))))
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)
    expect((await mailSubjectsTo(person)).filter((subject) => subject.endsWith("were removed"))).toHaveLength(
      1,
    )
  })

  test("either it happens or the factor that is given at the same moment keeps all", async () => {
    const { person, app } = await waited()
    const [thief, owner] = [await signIn(person), await signIn(person)]
    const [reset, given] = await Promise.all([
      codeOf(completeFactorReset(thief)),
      codeOf(stepUp(owner, { type: "code", code: app.code() })),
    ])
    const kept = await factorsOf(person)
    expect(kept).toEqual(reset === "ok" ? [0, 0, 0] : [1, 1, 10])
    if (reset !== "ok") expect([reset, given]).toEqual(["conflict", "ok"])
  })

  test("an organization that requires a factor still does", async () => {
    const { person } = await waited()
    const { id } = person.caller.organization
    await db().organization.update({
      where: { id },
      data: { secondFactorPolicy: "required" },
      select: { id: true },
    })
    const browser = await createBrowser(person, {
      expiresAt: addDuration(new Date(), days(30)),
      lastSeenAt: new Date(),
      secondFactorPending: true,
    })
    await completeFactorReset(await pendingBy(browser))
    expect(await codeOf(userBy(browser))).toContain("awaits its second factor")
  })
})

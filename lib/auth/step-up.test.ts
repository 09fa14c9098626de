import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SecondFactorMethod, SecondFactorPolicy } from "@/prisma/generated/enums"
import { addDuration, minutes, seconds } from "../duration"
import { userCaller } from "../testing/callers"
import {
  awaitsSecondFactor,
  freshSignIn,
  isFreshSignIn,
  type Proof,
  requireStepUp,
  secondFactorError,
  stepUpOf,
} from "./step-up"

const now = new Date("2026-03-01T12:00:00Z")
const ago = (duration: number) => addDuration(now, -duration)

/** Somebody who signed in an hour ago and has no second factor. */
const proof: Proof = freshSignIn(ago(minutes(60)))
const gaveApp = (duration: number): Partial<Proof> => ({
  secondFactorSince: ago(minutes(600)),
  secondFactorAt: ago(duration),
  secondFactorMethod: "totp",
})

describe("stepUpOf", () => {
  it.each<[string, Partial<Proof>, string | null]>([
    ["a sign-in just now", { authTime: now }, "sign_in"],
    ["a sign-in almost ten minutes ago", { authTime: ago(minutes(10) - 1) }, "sign_in"],
    ["a sign-in ten minutes ago", { authTime: ago(minutes(10)) }, null],
    ["a sign-in just now of who has a factor", { authTime: now, secondFactorSince: now }, null],
    ["a sign-in just now where a factor is asked for", { authTime: now, policy: "step_up" }, null],
    ["a sign-in just now where a factor is required", { authTime: now, policy: "required" }, null],
    ["a factor just now", gaveApp(0), "totp"],
    ["a factor almost ten minutes ago", gaveApp(minutes(10) - 1), "totp"],
    ["a factor ten minutes ago", gaveApp(minutes(10)), null],
    ["a factor ten minutes ago and a sign-in just now", { ...gaveApp(minutes(10)), authTime: now }, null],
    ["a factor just now where one is required", { ...gaveApp(0), policy: "required" }, "totp"],
    ["a sign-in passed on from an hour ago", { authTime: now, providerAuthTime: ago(minutes(60)) }, null],
    ["a sign-in of a moment ago", { authTime: now, providerAuthTime: ago(seconds(5)) }, "sign_in"],
    ["an old sign-in that the provider dates later", { providerAuthTime: now }, null],
  ])("of %s", (_name, given, expected) => {
    expect(stepUpOf({ ...proof, ...given }, now)?.method ?? null).toBe(expected)
  })

  it("says until when it counts: ten minutes from what was proved", () => {
    expect(stepUpOf({ ...proof, ...gaveApp(minutes(3)) }, now)?.until).toEqual(addDuration(now, minutes(7)))
    const passedOn = { ...proof, authTime: now, providerAuthTime: ago(minutes(4)) }
    expect(stepUpOf(passedOn, now)?.until).toEqual(addDuration(now, minutes(6)))
  })

  it("is never made by anything but a proof of the last ten minutes", () => {
    const time = fc.integer({ min: 0, max: minutes(30) }).map(ago)
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
    const proofs = fc.record<Proof>({
      authTime: time,
      providerAuthTime: maybe(time),
      secondFactorPending: fc.boolean(),
      secondFactorAt: maybe(time),
      secondFactorMethod: maybe(fc.constantFrom(...Object.values(SecondFactorMethod))),
      secondFactorSince: maybe(time),
      policy: fc.constantFrom(...Object.values(SecondFactorPolicy)),
    })
    const isRecent = (proved: Date | null) => proved !== null && proved > ago(minutes(10))
    fc.assert(
      fc.property(proofs, (given) => {
        const stepUp = stepUpOf(given, now)
        const bySignIn =
          given.secondFactorSince === null &&
          given.policy === "optional" &&
          isRecent(given.authTime) &&
          isRecent(given.providerAuthTime ?? now)
        const isProved = stepUp?.method === "sign_in" ? bySignIn : isRecent(given.secondFactorAt)
        expect(stepUp === null || isProved).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe("isFreshSignIn", () => {
  it("is the sign-in's own age, whatever the policy, and the provider's word where it is older", () => {
    const policies = Object.values(SecondFactorPolicy)
    expect(policies.map((policy) => isFreshSignIn({ ...proof, policy, authTime: now }, now))).toEqual(
      policies.map(() => true),
    )
    expect(isFreshSignIn(proof, now)).toBe(false)
    expect(isFreshSignIn({ ...proof, authTime: now, providerAuthTime: ago(minutes(10)) }, now)).toBe(false)
  })
})

describe("awaitsSecondFactor", () => {
  it.each<[Partial<Proof>, boolean]>([
    [{}, false],
    [{ secondFactorSince: now }, false],
    [{ policy: "step_up" }, false],
    [{ secondFactorPending: true }, true],
    [{ policy: "required" }, true],
    [{ policy: "required", secondFactorSince: now }, true],
    [{ policy: "required", secondFactorAt: ago(minutes(600)) }, false],
    [{ policy: "required", secondFactorAt: now, secondFactorPending: true }, true],
  ])("of %j is %s", (given, expected) => {
    expect(awaitsSecondFactor({ ...proof, ...given })).toBe(expected)
  })
})

describe("requireStepUp", () => {
  const old = { ...freshSignIn(), authTime: addDuration(new Date(), -minutes(60)) }

  it("tells a browser, and a program in the words of RFC 9470 with how old the proof may be", () => {
    const thrown = (clientId: string | null) => {
      try {
        return requireStepUp(userCaller({ clientId, proof: old }))
      } catch (error) {
        return error
      }
    }
    expect(thrown(null)).toMatchObject({ code: "step_up_required", status: 403 })
    expect(thrown("cli")).toMatchObject({
      code: "insufficient_user_authentication",
      status: 401,
      maxAgeSeconds: 600,
    })
  })

  it("remembers which proof it met, for the record", () => {
    const caller = userCaller()
    requireStepUp(caller)
    expect(caller.stepUp).toBe("sign_in")
  })
})

it("tells a sign-in that awaits its second factor so, and a program by the challenge", () => {
  expect(secondFactorError({ clientId: null })).toMatchObject({ code: "second_factor_required", status: 403 })
  expect(secondFactorError({ clientId: "cli" })).toMatchObject({ status: 401, maxAgeSeconds: 600 })
})

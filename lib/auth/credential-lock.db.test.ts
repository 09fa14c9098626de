import { describe, expect, test } from "vitest"
import { db } from "../db"
import { removePassword, setPassword } from "../passwords/password-change"
import { codeOf } from "../testing/code-of"
import { createBrowser, createPerson, type Person } from "../testing/factories"
import { addPassword, OTHER_PASSWORD, PASSWORD } from "../testing/passwords"
import { source } from "../testing/request-source"
import { addPasskey, addTotp, pendingBy, userBy } from "../testing/second-factors"
import { unlinkAccount } from "./account-links"
import type { PendingCaller, UserCaller } from "./caller"
import { regenerateRecoveryCodes, removeTotp } from "./factor-enrolment"
import { completeFactorReset, requestFactorReset } from "./factor-resets"
import { endSessions } from "./sessions"

/** Somebody with everything that can be changed, in a browser that has just given a second factor. */
async function steppedUp() {
  const person = await createPerson()
  await addPassword(person)
  await addTotp(person)
  await addPasskey(person)
  const given = { secondFactorAt: new Date(), secondFactorMethod: "totp" as const }
  return { person, caller: await userBy(await createBrowser(person, given)) }
}

/** The same in one that awaits it, where everything was said to be lost and the wait is over. */
async function pending() {
  const { person } = await steppedUp()
  const caller = await pendingBy(await createBrowser(person, { secondFactorPending: true }))
  await requestFactorReset(caller)
  await db().factorReset.updateMany({ where: { userId: caller.user.id }, data: { readyAt: new Date() } })
  return { person, caller }
}

/** As a reset of the password, or a click on another device, does after the caller was read. */
function end({ sessionId }: UserCaller | PendingCaller) {
  return db().$transaction((tx) => endSessions(tx, source, { id: sessionId }, { reason: "revoked" }))
}

async function whatIsLeft({ caller: { user } }: Person) {
  const where = { userId: user.id }
  const counts = [
    db().account.count({ where }),
    db().totpFactor.count({ where }),
    db().passkey.count({ where }),
  ]
  const { hash } = await db().password.findUniqueOrThrow({ where, select: { hash: true } })
  return [...(await Promise.all(counts)), hash]
}

describe("a sign-in that has ended by the time it has the lock changes nothing", () => {
  test.each<[string, (caller: UserCaller) => Promise<unknown>]>([
    [
      "by setPassword",
      (caller) => setPassword(caller, { password: OTHER_PASSWORD, currentPassword: PASSWORD }),
    ],
    ["by removePassword", removePassword],
    ["by unlinkAccount", (caller) => unlinkAccount(caller, { provider: "google" })],
    ["by removeTotp", removeTotp],
    ["by regenerateRecoveryCodes", regenerateRecoveryCodes],
  ])("%s", async (_name, change) => {
    const { person, caller } = await steppedUp()
    const before = await whatIsLeft(person)
    await end(caller)
    expect(await codeOf(change(caller))).toBe("unauthenticated")
    expect(await whatIsLeft(person)).toEqual(before)
  })

  test("by completeFactorReset", async () => {
    const { person, caller } = await pending()
    const before = await whatIsLeft(person)
    await end(caller)
    expect(await codeOf(completeFactorReset(caller))).toBe("unauthenticated")
    expect(await whatIsLeft(person)).toEqual(before)
  })
})

import { describe, expect, test } from "vitest"
import { db } from "../db"
import type { Answer } from "../testing/authenticator"
import { codeOf } from "../testing/code-of"
import { auditActionsOn, browserWith, createPerson } from "../testing/factories"
import { source } from "../testing/request-source"
import { addPasskey, callerBy, userBy } from "../testing/second-factors"
import { requestFactorReset } from "./factor-resets"
import { generateOpaqueToken } from "./opaque-token"
import { signInWithPasskey, startPasskeySignIn } from "./passkey-sign-in"
import { secondFactorPasskeyOptions } from "./step-up-choices"

/** Somebody who has a passkey, before a browser in which nobody is signed in. */
async function passkeyOwner() {
  const person = await createPerson()
  const { id, authenticator } = await addPasskey(person)
  const begin = async (answer?: Answer) => {
    const { options, browserToken } = await startPasskeySignIn(source)
    return { options, browserToken, response: authenticator.get(options, answer), currentToken: null }
  }
  const sessions = () => db().session.count({ where: { userId: person.caller.user.id } })
  return { person, id, authenticator, begin, sessions }
}

describe("a sign-in with a passkey", () => {
  test("opens a session that awaits no second factor and is stepped up", async () => {
    const { person, begin } = await passkeyOwner()
    const { token, isPending } = await signInWithPasskey(source, await begin())
    const caller = await userBy(browserWith(token))
    expect([isPending, caller.user.id]).toEqual([false, person.caller.user.id])
    expect(caller.proof).toMatchObject({ secondFactorMethod: "passkey", secondFactorPending: false })
    const session = await db().session.findUniqueOrThrow({ where: { id: caller.sessionId } })
    expect(session.amr).toEqual(["pop", "user", "mfa"])
    expect(await auditActionsOn(caller.sessionId)).toEqual(["session.created"])
  })

  test("asks for no passkey by name: before anybody is known, that would tell who has one", async () => {
    const { begin } = await passkeyOwner()
    expect((await begin()).options.allowCredentials ?? []).toEqual([])
  })

  test("takes the place of the session that the browser had, also another person's", async () => {
    const [{ begin }, other] = [await passkeyOwner(), await createPerson()]
    await signInWithPasskey(source, { ...(await begin()), currentToken: other.token })
    expect(await codeOf(callerBy(other))).toBe("unauthenticated")
  })

  test("happens once, of twenty at once too", async () => {
    const { begin, sessions } = await passkeyOwner()
    const before = await sessions()
    const attempt = await begin()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(signInWithPasskey(source, attempt))),
    )
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(1)
    expect(await codeOf(signInWithPasskey(source, attempt))).toBe("second_factor_refused")
    expect(await sessions()).toBe(before + 1)
  })

  test("is for the browser that began it", async () => {
    const { begin, sessions } = await passkeyOwner()
    const before = await sessions()
    const [attempt, other] = [await begin(), await begin()]
    for (const browserToken of [null, "", "x", generateOpaqueToken(), other.browserToken])
      expect(await codeOf(signInWithPasskey(source, { ...attempt, browserToken }))).toBe(
        "second_factor_refused",
      )
    expect(await sessions()).toBe(before)
    expect(await codeOf(signInWithPasskey(source, attempt))).toBe("ok")
  })

  test.each<[string, Answer]>([
    ["names nobody", { userHandle: null }],
    ["names another", { userHandle: Buffer.from("somebody").toString("base64url") }],
    ["verified nobody", { userVerified: false }],
    ["was made for another origin", { origin: "https://elsewhere.test" }],
  ])("is refused to an answer that %s", async (_name, answer) => {
    const { begin } = await passkeyOwner()
    expect(await codeOf(signInWithPasskey(source, await begin(answer)))).toBe("second_factor_refused")
  })

  test("is refused to a passkey that signed as a second factor", async () => {
    const { person, authenticator, begin } = await passkeyOwner()
    const { browserToken } = await begin()
    const response = authenticator.get(await secondFactorPasskeyOptions(person.caller))
    const attempt = { response, browserToken, currentToken: null }
    expect(await codeOf(signInWithPasskey(source, attempt))).toBe("second_factor_refused")
  })

  test("is refused to who is disabled, and to a passkey that was removed", async () => {
    const [disabled, removed] = [await passkeyOwner(), await passkeyOwner()]
    const { id } = disabled.person.caller.user
    await db().user.update({ where: { id }, data: { disabledAt: new Date() }, select: { id: true } })
    expect(await codeOf(signInWithPasskey(source, await disabled.begin()))).toBe("forbidden")
    await db().passkey.delete({ where: { id: removed.id } })
    expect(await codeOf(signInWithPasskey(source, await removed.begin()))).toBe("second_factor_refused")
  })

  test("ends the wait of who said that all is lost", async () => {
    const { person, begin } = await passkeyOwner()
    await requestFactorReset({ ...person.caller, type: "pending_user" })
    await signInWithPasskey(source, await begin())
    const reset = await db().factorReset.findFirstOrThrow({ where: { userId: person.caller.user.id } })
    expect(reset.cancelledAt).not.toBeNull()
  })
})

test("passkeys are asked for sixty times a minute and address at most", async () => {
  const from = { ...source, clientAddress: "198.51.100.200" }
  for (let count = 0; count < 60; count++) await startPasskeySignIn(from)
  expect(await codeOf(startPasskeySignIn(from))).toBe("rate_limited")
  expect(await codeOf(startPasskeySignIn(source))).toBe("ok")
})

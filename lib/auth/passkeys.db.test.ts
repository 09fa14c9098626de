import { afterEach, describe, expect, test, vi } from "vitest"
import type { PasskeyCeremony } from "@/prisma/generated/enums"
import { db } from "../db"
import { minutes, seconds } from "../duration"
import { type Answer, Authenticator } from "../testing/authenticator"
import { wait } from "../testing/clock"
import { auditActionsOn, createPerson, createSession, type Person } from "../testing/factories"
import { source } from "../testing/request-source"
import { addPasskey } from "../testing/second-factors"
import { generateOpaqueToken } from "./opaque-token"
import {
  claimPasskey,
  type PasskeyHolder,
  passkeyRegistrationOptions,
  passkeyRequestOptions,
  verifyNewPasskey,
  verifyPasskey,
} from "./passkeys"

afterEach(() => vi.useRealTimers())

const holderOf = ({ caller }: Person): PasskeyHolder => ({ sessionId: caller.sessionId })

async function passkeyOwner(options: { counter?: number } = {}) {
  const person = await createPerson()
  const { id, authenticator } = await addPasskey(person, options)
  const binding = { ceremony: "second_factor", holder: holderOf(person) } as const
  const ask = () => passkeyRequestOptions(binding, person.caller.user.id)
  /** Signs a fresh challenge, or another one. */
  const sign = async (answer?: Answer) => authenticator.get(await ask(), answer)
  const verify = (response: Awaited<ReturnType<typeof sign>>) =>
    verifyPasskey(response, { ...binding, source })
  return { person, id, authenticator, binding, ask, sign, verify }
}

describe("an answer with a passkey", () => {
  test("is taken, and names the passkey and its person", async () => {
    const { person, id, sign, verify } = await passkeyOwner()
    expect(await verify(await sign())).toEqual({
      id,
      userId: person.caller.user.id,
      counter: 0n,
      newCounter: 0n,
    })
  })

  test("is taken once, of twenty at once too", async () => {
    const { sign, verify } = await passkeyOwner()
    const response = await sign()
    const taken = await Promise.all(Array.from({ length: 20 }, () => verify(response)))
    expect(taken.filter((verified) => verified !== null)).toHaveLength(1)
    expect(await verify(response)).toBeNull()
  })

  const wrong: [string, Answer][] = [
    ["signed with another key", { signer: new Authenticator() }],
    ["of another origin", { origin: "http://localhost:3001" }],
    ["of an origin that begins like ours", { origin: "http://localhost:3000.elsewhere.test" }],
    ["for another relying party", { rpId: "elsewhere.test" }],
    ["of another type", { type: "webauthn.create" }],
    ["asked for in a frame of another site", { crossOrigin: true }],
    ["without the person having been verified", { userVerified: false }],
    ["without anybody present", { userPresent: false }],
    ["with the user handle of another", { userHandle: Buffer.from("somebody").toString("base64url") }],
    ["to a challenge that nobody gave", { challenge: generateOpaqueToken() }],
    ["with a credential that nobody has", { credentialId: new Authenticator().credentialId }],
  ]

  test.each(wrong)("%s is refused, and its challenge is used up", async (_name, answer) => {
    const { authenticator, ask, verify } = await passkeyOwner()
    const options = await ask()
    expect(await verify(authenticator.get(options, answer))).toBeNull()
    const isOurs = answer.challenge === undefined
    // In a frame it is not even looked up.
    const isClaimed = isOurs && !answer.crossOrigin
    expect((await verify(authenticator.get(options))) === null).toBe(isClaimed)
  })

  test("that is not JSON, or whose challenge is no text, is refused", async () => {
    const { sign, verify } = await passkeyOwner()
    for (const text of ["", "{", "null", "[]", '{"challenge":{"not":""}}', '{"challenge":1}']) {
      const response = await sign()
      response.response.clientDataJSON = Buffer.from(text).toString("base64url")
      expect(await verify(response)).toBeNull()
    }
  })

  test("is taken up to five minutes after the challenge, and not then", async () => {
    const { sign, verify } = await passkeyOwner()
    const [inTime, late] = [await sign(), await sign()]
    wait(minutes(5) - seconds(5))
    expect(await verify(inTime)).not.toBeNull()
    wait(seconds(6))
    expect(await verify(late)).toBeNull()
  })

  test("to the challenge of another sign-in, also of the same person, is refused", async () => {
    const { person, authenticator, verify } = await passkeyOwner()
    const { user, organization } = person.caller
    const own = { sessionId: (await createSession(user.id, organization.id)).id }
    for (const holder of [own, holderOf(await createPerson()), { loginFlowId: person.caller.sessionId }]) {
      const options = await passkeyRequestOptions({ ceremony: "second_factor", holder }, user.id)
      expect(await verify(authenticator.get(options))).toBeNull()
    }
  })

  test.each(["registration", "sign_in"] satisfies PasskeyCeremony[])(
    "to a challenge of %s is refused as a second factor",
    async (ceremony) => {
      const { person, authenticator, verify } = await passkeyOwner()
      const holder = holderOf(person)
      const { challenge } =
        ceremony === "registration"
          ? await passkeyRegistrationOptions(person.caller.user, holder)
          : await passkeyRequestOptions({ ceremony, holder })
      expect(await verify(authenticator.get({ challenge }))).toBeNull()
    },
  )

  test("must say whose it is where nobody else has", async () => {
    const { authenticator, sign, verify } = await passkeyOwner()
    const binding = { ceremony: "sign_in", holder: { browserToken: generateOpaqueToken() } } as const
    const signIn = async (answer?: Answer) =>
      verifyPasskey(authenticator.get(await passkeyRequestOptions(binding), answer), { ...binding, source })
    expect(await signIn()).not.toBeNull()
    expect(await signIn({ userHandle: null })).toBeNull()
    expect(await verify(await sign({ userHandle: null }))).not.toBeNull()
  })
})

describe("the counter of a passkey", () => {
  test.each([
    [0, 0, true],
    [0, 1, true],
    [7, 8, true],
    [7, 7, false],
    [7, 6, false],
    [7, 0, false],
  ])("that was %d and is now %d is taken: %s", async (counter, now, isTaken) => {
    const { id, sign, verify } = await passkeyOwner({ counter })
    const verified = await verify(await sign({ counter: now }))
    expect(verified !== null).toBe(isTaken)
    expect(await auditActionsOn(id)).toEqual(isTaken ? [] : ["second_factor.refused"])
    if (!verified) return
    expect(await claimPasskey(db(), verified)).toBe(true)
    const stored = await db().passkey.findUniqueOrThrow({ where: { id } })
    expect(stored).toMatchObject({ counter: BigInt(now), lastUsedAt: expect.any(Date) })
  })

  test("moves once where two that were signed at once are claimed", async () => {
    const { sign, verify } = await passkeyOwner({ counter: 7 })
    const verified = await Promise.all([await sign({ counter: 8 }), await sign({ counter: 8 })].map(verify))
    const claims = verified.flatMap((passkey) => (passkey ? [claimPasskey(db(), passkey)] : []))
    expect((await Promise.all(claims)).sort()).toEqual([false, true])
  })
})

describe("a new passkey", () => {
  async function newPasskey() {
    const person = await createPerson()
    const authenticator = new Authenticator()
    const ask = () => passkeyRegistrationOptions(person.caller.user, holderOf(person))
    return { person, authenticator, ask }
  }

  test("is read as what then signs, once", async () => {
    const { person, authenticator, ask } = await newPasskey()
    const response = authenticator.create(await ask())
    const made = await verifyNewPasskey(response, holderOf(person))
    expect(made).toEqual({
      credentialId: new Uint8Array(Buffer.from(authenticator.credentialId, "base64url")),
      publicKey: authenticator.publicKey,
      counter: 0n,
      transports: ["internal"],
      backedUp: false,
    })
    expect(await verifyNewPasskey(response, holderOf(person))).toBeNull()
  })

  test.each([
    ["of another origin", { origin: "https://elsewhere.test" }],
    ["for another relying party", { rpId: "elsewhere.test" }],
    ["of another type", { type: "webauthn.get" }],
    ["asked for in a frame of another site", { crossOrigin: true }],
    ["without the person having been verified", { userVerified: false }],
    ["without anybody present", { userPresent: false }],
    ["to a challenge that nobody gave", { challenge: generateOpaqueToken() }],
  ] satisfies [string, Answer][])("%s is refused", async (_name, answer) => {
    const { person, authenticator, ask } = await newPasskey()
    expect(await verifyNewPasskey(authenticator.create(await ask(), answer), holderOf(person))).toBeNull()
  })

  test("is refused to another sign-in's challenge, to one of another ceremony, and five minutes late", async () => {
    const { person, authenticator, ask } = await newPasskey()
    const holder = holderOf(person)
    const foreign = await verifyNewPasskey(authenticator.create(await ask()), holderOf(await createPerson()))
    const { challenge } = await passkeyRequestOptions({ ceremony: "second_factor", holder })
    const ofSignIn = await verifyNewPasskey(authenticator.create(await ask(), { challenge }), holder)
    const response = authenticator.create(await ask())
    wait(minutes(5) + seconds(1))
    expect([foreign, ofSignIn, await verifyNewPasskey(response, holder)]).toEqual([null, null, null])
  })

  test("is asked for with all that makes it two factors, and not for a device that has one", async () => {
    const { person } = await passkeyOwner()
    const { credentialId } = await db().passkey.findFirstOrThrow({
      where: { userId: person.caller.user.id },
    })
    expect(await passkeyRegistrationOptions(person.caller.user, holderOf(person))).toMatchObject({
      rp: { id: "localhost" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: [{ id: Buffer.from(credentialId).toString("base64url") }],
    })
  })
})

test("of a challenge only a hash is stored, and its holder's too", async () => {
  const { person, ask } = await passkeyOwner()
  const { challenge } = await ask()
  const rows = JSON.stringify(await db().passkeyChallenge.findMany())
  for (const secret of [
    challenge,
    Buffer.from(challenge, "base64url").toString("hex"),
    person.caller.sessionId,
  ])
    expect(rows).not.toContain(secret)
})

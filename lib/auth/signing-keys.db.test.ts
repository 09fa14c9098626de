import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { GET as jwks } from "@/app/.well-known/jwks.json/route"
import { GET as me } from "@/app/api/v1/me/route"
import { db } from "../db"
import { addDuration, days, minutes, seconds } from "../duration"
import { auditActionsOn, createPerson, createProgram } from "../testing/factories"
import { call } from "../testing/requests"
import { seal, unseal } from "./seal"
import {
  JWKS_MAX_AGE_SECONDS,
  listSigningKeys,
  maintainSigningKeys,
  openPrivateJwk,
  revokeSigningKey,
  rotateSigningKey,
  type SigningKeyRow,
} from "./signing-keys"

// How long the key that signed stays: a token's life, the skew of clocks, and five minutes more.
const RETIRES_AFTER = seconds(3600) + minutes(1) + minutes(5)
const USABLE_AFTER = seconds(JWKS_MAX_AGE_SECONDS) + minutes(1)

// Each test lives a day after the one before, so that this instance's copy of the keys is old when it begins.
let start = new Date()
const after = (duration: number) => addDuration(start, duration)

beforeEach(async () => {
  start = after(days(1))
  jumpTo(start)
  await db().signingKey.deleteMany()
  await maintainSigningKeys(start)
})
afterEach(() => vi.useRealTimers())

async function keysByState() {
  const rows = await db().signingKey.findMany({ orderBy: { id: "asc" }, select: { kid: true, state: true } })
  const inState = (state: string) => rows.filter((row) => row.state === state).map(({ kid }) => kid)
  return {
    current: inState("current"),
    next: inState("next"),
    retiring: inState("retiring"),
    retired: inState("retired"),
  }
}

async function requireKey(state: SigningKeyRow["state"]): Promise<SigningKeyRow> {
  const key = (await listSigningKeys()).find((row) => row.state === state)
  if (!key) throw new Error(`there is no ${state} key`)
  return key
}

function jumpTo(now: Date): void {
  vi.useFakeTimers({ toFake: ["Date"], now })
}

const published = async () => {
  const { body } = await call(jwks)
  return body.keys.map(({ kid }: { kid: string }) => kid)
}
/** In no order, because a clock that stands still gives none. */
const actionsOn = async (kid: string) => (await auditActionsOn(kid)).sort()
const kidOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid as string
const statusOf = async (headers: Record<string, string>) => (await call(me, { headers })).status

describe("a first start", () => {
  test("of twenty instances at once makes one key that signs and one that will, and records each once", async () => {
    await db().signingKey.deleteMany()
    await Promise.all(Array.from({ length: 20 }, () => maintainSigningKeys()))
    const { current, next, retiring, retired } = await keysByState()
    expect([current.length, next.length, retiring.length, retired.length]).toEqual([1, 1, 0, 0])
    for (const kid of [...current, ...next]) {
      expect(await actionsOn(kid)).toEqual(["signing_key.created"])
    }
  })

  test("is repeated without effect", async () => {
    const before = await keysByState()
    await maintainSigningKeys()
    await maintainSigningKeys()
    expect(await keysByState()).toEqual(before)
  })

  test("leaves a database that allows no second key in either state", async () => {
    const key = await requireKey("next")
    for (const state of ["current", "next"] as const) {
      const second = {
        kid: `second-${state}`,
        algorithm: key.algorithm,
        publicJwk: {},
        sealedPrivateJwk: "",
        state,
      }
      await expect(db().signingKey.create({ data: second })).rejects.toMatchObject({ code: "P2002" })
    }
  })
})

describe("the next key", () => {
  test("is published before it signs, and becomes current only when every cache has it", async () => {
    const next = await requireKey("next")
    jumpTo(after(seconds(10)))
    expect(await published()).toContain(next.kid)
    jumpTo(after(USABLE_AFTER - 1))
    expect(await rotateSigningKey()).toEqual({ status: "too_early", usableFrom: after(USABLE_AFTER) })
    expect((await keysByState()).next).toEqual([next.kid])
    jumpTo(after(USABLE_AFTER))
    expect(await rotateSigningKey()).toMatchObject({ status: "rotated", kid: next.kid })
  })

  test("can be made current too early by somebody who says so", async () => {
    const [current, next] = [await requireKey("current"), await requireKey("next")]
    expect(await rotateSigningKey({ evenTooEarly: true })).toEqual({
      status: "rotated",
      kid: next.kid,
      previousKid: current.kid,
    })
  })

  test("takes over by itself after 90 days, once, however many instances notice", async () => {
    const [current, next] = [await requireKey("current"), await requireKey("next")]
    await maintainSigningKeys(after(days(90) - 1))
    expect((await keysByState()).current).toEqual([current.kid])
    await Promise.all(Array.from({ length: 10 }, () => maintainSigningKeys(after(days(90)))))
    const keys = await keysByState()
    expect([keys.current, keys.retiring]).toEqual([[next.kid], [current.kid]])
    expect(keys.next).toHaveLength(1)
    expect(await actionsOn(next.kid)).toEqual(["signing_key.created", "signing_key.state_changed"])
  })

  test("does not take over by itself while it is too young, however old the current one is", async () => {
    const current = await requireKey("current")
    await db().signingKey.update({ where: { id: current.id }, data: { stateSince: after(-days(100)) } })
    await maintainSigningKeys(after(USABLE_AFTER - 1))
    expect((await keysByState()).current).toEqual([current.kid])
  })
})

describe("rotations at once", () => {
  test("make one key current at a time, and lose none that has signed", async () => {
    jumpTo(after(USABLE_AFTER))
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => rotateSigningKey()))
    expect(outcomes.filter(({ status }) => status === "rotated")).toHaveLength(1)
    const { current, next, retiring } = await keysByState()
    expect([current.length, next.length, retiring.length]).toEqual([1, 1, 1])
  })
})

describe("a key that has signed", () => {
  test("stays published until its last token has expired by anybody's clock, and then is gone", async () => {
    const old = await createProgram(await createPerson())
    const current = await requireKey("current")
    expect(kidOf(old.accessToken)).toBe(current.kid)

    const rotatedAt = after(USABLE_AFTER)
    jumpTo(rotatedAt)
    await rotateSigningKey()
    jumpTo(addDuration(rotatedAt, seconds(4)))
    const young = await createProgram(await createPerson())
    expect(kidOf(young.accessToken)).not.toBe(current.kid)
    expect([await statusOf(old.bearer), await statusOf(young.bearer)]).toEqual([200, 200])

    const lastMoment = addDuration(rotatedAt, RETIRES_AFTER - 1)
    await maintainSigningKeys(lastMoment)
    jumpTo(lastMoment)
    expect(await published()).toContain(current.kid)

    const over = addDuration(rotatedAt, RETIRES_AFTER)
    await maintainSigningKeys(over)
    jumpTo(addDuration(over, seconds(4)))
    expect(await published()).not.toContain(current.kid)
    expect((await keysByState()).retired).toEqual([current.kid])
  })

  test("refuses its tokens once it is gone, even one that would still be in time", async () => {
    const old = await createProgram(await createPerson())
    await rotateSigningKey({ evenTooEarly: true })
    await maintainSigningKeys(after(RETIRES_AFTER + minutes(1)))
    jumpTo(after(minutes(1)))
    expect(await statusOf(old.bearer)).toBe(401)
  })

  test("has its private part erased as soon as it no longer signs", async () => {
    const current = await requireKey("current")
    await rotateSigningKey({ evenTooEarly: true })
    expect((await requireKey("retiring")).kid).toBe(current.kid)
    const privateParts = await db().signingKey.findMany({
      select: { state: true, sealedPrivateJwk: true },
    })
    const holders = privateParts.filter(({ sealedPrivateJwk }) => sealedPrivateJwk !== null)
    expect(holders.map(({ state }) => state).sort()).toEqual(["current", "next"])
  })
})

describe("an emergency", () => {
  test("withdraws the current key: its tokens end within seconds, sign-ins and refreshes go on", async () => {
    const before = await createProgram(await createPerson())
    const [current, next] = [await requireKey("current"), await requireKey("next")]
    expect(await statusOf(before.bearer)).toBe(200)

    expect(await revokeSigningKey(current.kid)).toBe(true)
    jumpTo(addDuration(new Date(), seconds(5)))
    expect(await statusOf(before.bearer)).toBe(401)
    expect(await published()).not.toContain(current.kid)

    const later = await createProgram(await createPerson())
    expect([kidOf(later.accessToken), await statusOf(later.bearer)]).toEqual([next.kid, 200])
    const { refreshTokens } = await import("./refresh-tokens")
    const source = { requestId: "test-request", clientAddress: null, userAgent: null }
    const { accessToken } = await refreshTokens(source, before)
    expect(await statusOf({ authorization: `Bearer ${accessToken}` })).toBe(200)

    const keys = await keysByState()
    expect([keys.current, keys.retiring, keys.retired]).toEqual([[next.kid], [], [current.kid]])
    expect(keys.next).toHaveLength(1)
    expect(await actionsOn(current.kid)).toEqual(["signing_key.created", "signing_key.state_changed"])
    expect(await actionsOn(next.kid)).toEqual(["signing_key.created", "signing_key.state_changed"])
  })

  test("withdraws the next key before it ever signed, and another takes its place", async () => {
    const [current, next] = [await requireKey("current"), await requireKey("next")]
    expect(await revokeSigningKey(next.kid)).toBe(true)
    const keys = await keysByState()
    expect([keys.current, keys.retired]).toEqual([[current.kid], [next.kid]])
    expect(keys.next).toHaveLength(1)
    expect(keys.next).not.toContain(next.kid)
  })

  test("withdraws a retiring key, and nothing else changes", async () => {
    const old = await createProgram(await createPerson())
    await rotateSigningKey({ evenTooEarly: true })
    const before = await keysByState()
    expect(await revokeSigningKey(String(before.retiring[0]))).toBe(true)
    jumpTo(addDuration(new Date(), seconds(5)))
    expect(await statusOf(old.bearer)).toBe(401)
    expect(await keysByState()).toEqual({ ...before, retiring: [], retired: before.retiring })
  })

  test("erases the private part, whichever key it was", async () => {
    for (const state of ["next", "current"] as const) {
      const { id, kid } = await requireKey(state)
      await revokeSigningKey(kid)
      const { sealedPrivateJwk } = await db().signingKey.findUniqueOrThrow({
        where: { id },
        select: { sealedPrivateJwk: true },
      })
      expect(sealedPrivateJwk).toBeNull()
    }
  })

  test("of several at once withdraws the key once", async () => {
    const { kid } = await requireKey("current")
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => revokeSigningKey(kid)))
    expect(outcomes.filter(Boolean)).toHaveLength(1)
    expect((await keysByState()).retired).toEqual([kid])
  })

  test("says so when there is no such key, or it is withdrawn already", async () => {
    const before = await keysByState()
    expect(await revokeSigningKey("unknown")).toBe(false)
    expect(await keysByState()).toEqual(before)
  })
})

describe("a private key at rest", () => {
  const sealedOf = ({ sealedPrivateJwk }: SigningKeyRow) => sealedPrivateJwk ?? ""

  test("is sealed: the row shows nothing of it, and no read brings it along unasked", async () => {
    const key = await requireKey("current")
    const { d } = openPrivateJwk(key)
    expect(d).toMatch(/^[\w-]{43}$/)
    const row = await db().signingKey.findUniqueOrThrow({ where: { id: key.id } })
    expect(row).not.toHaveProperty("sealedPrivateJwk")
    expect(JSON.stringify(key)).not.toContain(String(d))
    expect(JSON.stringify(row.publicJwk)).not.toContain('"d"')
  })

  test("does not open in another row, nor under another algorithm", async () => {
    const [current, next] = [await requireKey("current"), await requireKey("next")]
    expect(() => openPrivateJwk({ ...current, sealedPrivateJwk: next.sealedPrivateJwk })).toThrow(
      "does not open",
    )
    expect(() => openPrivateJwk({ ...current, algorithm: "ES384" })).toThrow("does not open")
  })

  test("that was swapped with another's stops maintenance before anything is built on it", async () => {
    const [current, next] = [await requireKey("current"), await requireKey("next")]
    const swapped = [
      { id: current.id, sealedPrivateJwk: sealedOf(next) },
      { id: next.id, sealedPrivateJwk: sealedOf(current) },
    ]
    for (const { id, sealedPrivateJwk } of swapped) {
      await db().signingKey.update({ where: { id }, data: { sealedPrivateJwk } })
    }
    const before = await keysByState()
    await expect(maintainSigningKeys(after(days(90)))).rejects.toMatchObject({ name: "SealError" })
    expect(await keysByState()).toEqual(before)
  })

  test("does not open with one bit changed, wherever it is", async () => {
    const key = await requireKey("current")
    const [version, id, ciphertext = ""] = sealedOf(key).split(".")
    const bytes = Buffer.from(ciphertext, "base64url")
    for (const index of [0, 11, 12, 40, bytes.length - 17, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 1
      const sealedPrivateJwk = `${version}.${id}.${changed.toString("base64url")}`
      expect(() => openPrivateJwk({ ...key, sealedPrivateJwk })).toThrow("does not open")
    }
  })

  test("does not open at another kind of place", async () => {
    const key = await requireKey("current")
    const elsewhere = seal(unseal(sealedOf(key), `signing_key:${key.kid}:ES256`), `other:${key.kid}:ES256`)
    expect(() => openPrivateJwk({ ...key, sealedPrivateJwk: elsewhere })).toThrow("does not open")
  })
})

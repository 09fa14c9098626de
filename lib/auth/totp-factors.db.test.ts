import { afterEach, describe, expect, test, vi } from "vitest"
import { db } from "../db"
import { log } from "../log"
import { createPerson } from "../testing/factories"
import { addTotp } from "../testing/second-factors"
import { SealError } from "./seal"
import { holderOf } from "./second-factors"
import { claimTotpCode, getTotpFactor, openTotpSecret, resealTotpSecrets } from "./totp-factors"

const keys = vi.hoisted(() => ({
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  KEY_ENCRYPTION_KEY_PREVIOUS: undefined as string | undefined,
}))

vi.mock("../env", async (original) => {
  const { env } = await original<typeof import("../env")>()
  return { env: () => ({ ...env(), ...keys }) }
})

const [older, newer] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString("base64"))

function start(current = "", previous?: string) {
  Object.assign(keys, { KEY_ENCRYPTION_KEY: current, KEY_ENCRYPTION_KEY_PREVIOUS: previous })
}

afterEach(async () => {
  vi.restoreAllMocks()
  start(older)
  await db().totpFactor.deleteMany()
})

const factorOf = (id: string) =>
  db().totpFactor.findUniqueOrThrow({ where: { id }, omit: { sealedSecret: false } })

describe("the secret of an app", () => {
  test("opens for its own person alone", async () => {
    const [person, other] = [await createPerson(), await createPerson()]
    const { id, secret } = await addTotp(person)
    const { sealedSecret } = await factorOf(id)
    expect(sealedSecret).not.toContain(secret)
    expect(openTotpSecret({ userId: person.caller.user.id, sealedSecret })).toBe(secret)
    expect(() => openTotpSecret({ userId: other.caller.user.id, sealedSecret })).toThrow(SealError)
  })

  test("is sealed anew under a new key, after which the old one is not needed", async () => {
    const person = await createPerson()
    const apps = [await addTotp(person), await addTotp(await createPerson())]
    const before = await factorOf(apps[0]?.id ?? "")
    start(newer, older)
    // Several instances start at once.
    const counts = await Promise.all([resealTotpSecrets(), resealTotpSecrets()])
    expect(counts.reduce((total, count) => total + count)).toBe(apps.length)
    expect(await resealTotpSecrets()).toBe(0)

    start(newer)
    for (const { id, secret } of apps) expect(openTotpSecret(await factorOf(id))).toBe(secret)
    const { sealedSecret, ...rest } = await factorOf(before.id)
    expect({ ...before, sealedSecret }).toEqual({ ...rest, sealedSecret })
    const factor = await getTotpFactor(person.caller.user.id)
    const code = apps[0]?.code() ?? ""
    expect(factor && (await claimTotpCode(db(), holderOf(person.caller), { factor, code }))).toBe(true)
  })

  test("that no key opens is left as it is and named in the log, and the others are sealed anew", async () => {
    const errors = vi.spyOn(log, "error")
    const broken = await addTotp(await createPerson())
    const whole = await addTotp(await createPerson())
    await db().totpFactor.update({ where: { id: broken.id }, data: { sealedSecret: "v1.00000000.AAAA" } })
    start(newer, older)
    expect(await resealTotpSecrets()).toBe(1)
    expect(openTotpSecret(await factorOf(whole.id))).toBe(whole.secret)
    expect((await factorOf(broken.id)).sealedSecret).toBe("v1.00000000.AAAA")
    expect(errors.mock.calls).toMatchObject([[{ factor: broken.id }, expect.any(String)]])
  })

  test("costs no query where no key is on its way out", async () => {
    const look = vi.spyOn(db().totpFactor, "findMany")
    expect(await resealTotpSecrets()).toBe(0)
    expect(look).not.toHaveBeenCalled()
  })
})

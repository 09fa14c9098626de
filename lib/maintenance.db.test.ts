import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { generateOpaqueToken, hashToken } from "./auth/opaque-token"
import { SealError } from "./auth/seal"
import { maintainSigningKeys } from "./auth/signing-keys"
import { db } from "./db"
import { deferredTasks } from "./defer"
import { addDuration, days, minutes } from "./duration"
import { startDraining } from "./lifecycle"
import { log } from "./log"
import { startMaintenance } from "./maintenance"
import { createKey, createPerson } from "./testing/factories"

beforeEach(() => {
  // Only the clock of the rounds; the database keeps the real one.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
})
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  // A round that is under way would do the next test's work.
  await deferredTasks()
})

async function createExpiredFlows(count: number): Promise<void> {
  await db().loginFlow.createMany({
    data: Array.from({ length: count }, () => ({
      stateHash: hashToken(generateOpaqueToken()),
      browserHash: hashToken(generateOpaqueToken()),
      provider: "google",
      codeVerifier: generateOpaqueToken(),
      clientId: "cli",
      expiresAt: addDuration(new Date(), -days(1)),
    })),
  })
}

/** A round begins, in the tick of its timer, with a look at the database's clock. */
const watchBeginnings = () => vi.spyOn(db(), "$queryRaw")

const flowsBecome = (count: number) =>
  vi.waitFor(async () => expect(await db().loginFlow.count()).toBe(count), 10_000)

describe("maintenance", () => {
  test("makes the signing keys and removes a whole backlog, each minute, however often it was started", async () => {
    await createExpiredFlows(1001)
    startMaintenance()
    startMaintenance()
    expect(vi.getTimerCount()).toBe(1)
    const beginnings = watchBeginnings()
    vi.advanceTimersByTime(minutes(1) - 1)
    expect(beginnings).not.toHaveBeenCalled()

    vi.advanceTimersByTime(1)
    expect(beginnings).toHaveBeenCalledOnce()
    await flowsBecome(0)
    const keys = await db().signingKey.findMany({ select: { state: true }, orderBy: { id: "asc" } })
    expect(keys.map(({ state }) => state).sort()).toEqual(["current", "next"])

    await createExpiredFlows(1)
    await vi.waitFor(async () => {
      vi.advanceTimersByTime(minutes(1))
      expect(await db().loginFlow.count()).toBe(0)
    }, 10_000)
  })

  test("removes what has expired even where the signing keys do not open, and says what failed", async () => {
    const warnings = vi.spyOn(log, "warn")
    await maintainSigningKeys()
    await db().signingKey.updateMany({ data: { sealedPrivateJwk: "of another key" } })
    await expect(maintainSigningKeys()).rejects.toThrow(SealError)
    await createExpiredFlows(1)
    startMaintenance()
    vi.advanceTimersByTime(minutes(1))
    await flowsBecome(0)
    expect(warnings.mock.calls).toEqual([
      [{ err: expect.any(SealError), task: "maintainSigningKeys" }, "maintenance failed"],
    ])
  })

  test("sends the reminders that are due", async () => {
    const person = await createPerson()
    const { id } = await createKey(person)
    await db().apiKey.update({
      where: { id },
      data: { createdAt: addDuration(new Date(), -days(15)) },
      select: { id: true },
    })
    startMaintenance()
    vi.advanceTimersByTime(minutes(1))
    await vi.waitFor(async () => {
      expect(await db().mail.count({ where: { to: person.caller.user.email } })).toBe(1)
    }, 10_000)
  })

  test("does nothing in a process that is about to stop", async () => {
    startMaintenance()
    startDraining()
    const beginnings = watchBeginnings()
    vi.advanceTimersByTime(minutes(1))
    expect(beginnings).not.toHaveBeenCalled()
  })
})

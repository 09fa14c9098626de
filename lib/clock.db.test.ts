import { afterEach, describe, expect, test, vi } from "vitest"
import { verifyAccessToken } from "./auth/access-token"
import { refreshTokens } from "./auth/refresh-tokens"
import { cleanUp } from "./cleanup"
import { currentTime, synchronizeClock } from "./clock"
import { addDuration, days, seconds } from "./duration"
import { createPerson, createProgram } from "./testing/factories"
import { source } from "./testing/request-source"

/** Runs `work` on an instance whose host is `by` seconds ahead. */
async function ahead<T>(by: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), seconds(by)) })
  try {
    await synchronizeClock()
    return await work()
  } finally {
    vi.useRealTimers()
    await synchronizeClock()
  }
}

afterEach(() => vi.useRealTimers())

describe.each([-90, 90])("an instance %i s off", (by) => {
  test("keeps the database's time", async () => {
    const time = await ahead(by, async () => currentTime())
    expect(Math.abs(time.getTime() - Date.now())).toBeLessThan(seconds(5))
  })

  test("dates its tokens so that another takes them, for an hour", async () => {
    const person = await createPerson()
    const { accessToken, expiresIn } = await ahead(by, () => createProgram(person))
    expect(expiresIn).toBe(3600)
    expect(await verifyAccessToken(accessToken)).not.toBeNull()
    const other = await createProgram(person)
    expect(await ahead(by, () => verifyAccessToken(other.accessToken))).not.toBeNull()
  })

  test("lets an answer that was lost elsewhere be asked for again", async () => {
    const program = await createProgram(await createPerson())
    const { refreshToken } = await refreshTokens(source, program)
    expect(await ahead(by, () => refreshTokens(source, program))).toMatchObject({ refreshToken })
  })
})

describe("a host that is ahead of the database", () => {
  test("erases nobody's answer that can still be asked for again", async () => {
    const program = await createProgram(await createPerson())
    const { refreshToken } = await refreshTokens(source, program)
    await ahead(90, () => cleanUp())
    expect(await refreshTokens(source, program)).toMatchObject({ refreshToken })
  })
})

test("a database whose clock is days off is not believed", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: addDuration(new Date(), days(2)) })
  await synchronizeClock()
  expect(currentTime().getTime()).toBe(Date.now())
})

test("a host that agrees with the database is left alone", async () => {
  await synchronizeClock()
  vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 })
  expect(currentTime().getTime()).toBe(1_800_000_000_000)
})

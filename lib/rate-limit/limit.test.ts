import { randomUUID } from "node:crypto"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { AppError } from "../errors"
import { addressSubject, requireNotExhausted, requireWithin } from "./limit"
import { policies } from "./policies"

describe("addressSubject", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
    [null, "unknown"],
    ["", "unknown"],
    ["not an address", "unknown"],
  ])("of %s is %s", (address, subject) => {
    expect(addressSubject(address)).toBe(subject)
  })
})

async function refusal(work: () => Promise<unknown>): Promise<AppError> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error("was not refused")
  return error
}

describe("requireWithin", () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it("lets the limit pass, then says when to come back, and is right", async () => {
    const subject = randomUUID()
    const { limit, window } = policies.second_factor()
    for (let left = limit - 1; left >= 0; left--) {
      const { consumption } = await requireWithin("second_factor", subject)
      expect(consumption.remaining).toBe(left)
      vi.advanceTimersByTime(1000)
    }
    const error = await refusal(() => requireWithin("second_factor", subject))
    expect(error).toMatchObject({ code: "rate_limited", retryAfterSeconds: window / 1000 - limit })
    expect(error.quota?.name).toBe("second_factor")

    vi.advanceTimersByTime((error.retryAfterSeconds ?? 0) * 1000 - 1)
    await refusal(() => requireWithin("second_factor", subject))
    vi.advanceTimersByTime(1)
    await requireWithin("second_factor", subject)
  })

  it("counts each subject and each policy for itself", async () => {
    const subject = randomUUID()
    for (let count = 0; count < policies.second_factor().limit; count++)
      await requireWithin("second_factor", subject)
    await requireWithin("second_factor", randomUUID())
    await requireWithin("report", subject)
    await refusal(() => requireWithin("second_factor", subject))
  })
})

describe("requireNotExhausted", () => {
  it("counts nothing, and refuses once others have used it up", async () => {
    const subject = randomUUID()
    const { limit } = policies.report()
    for (let count = 0; count < limit * 3; count++) await requireNotExhausted("report", subject)
    for (let count = 0; count < limit; count++) await requireWithin("report", subject)
    expect((await refusal(() => requireNotExhausted("report", subject))).code).toBe("rate_limited")
  })
})

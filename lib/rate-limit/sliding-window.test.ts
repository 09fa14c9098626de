import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { SlidingWindows } from "./sliding-window"

const window = 1000

/** The definition, without any cleverness: how many of the allowed calls lie within the window that ends now. */
class NaiveWindow {
  readonly allowed: number[] = []

  consume(limit: number, now: number): boolean {
    const isAllowed = this.used(now) < limit
    if (isAllowed) this.allowed.push(now)
    return isAllowed
  }

  used(now: number): number {
    return this.allowed.filter((time) => time > now - window).length
  }

  /** When one more call would be allowed than now. */
  nextAt(limit: number, now: number): number {
    const target = Math.min(limit, Math.max(0, limit - this.used(now)) + 1)
    for (let time = now; ; time++) if (limit - this.used(time) >= target) return time
  }
}

const calls = fc.array(fc.record({ after: fc.nat(400), limit: fc.integer({ min: 1, max: 5 }) }), {
  maxLength: 60,
})

describe("the sliding window", () => {
  test("allows and refuses exactly as its definition, also when the limit is changed under way", () => {
    fc.assert(
      fc.property(calls, (steps) => {
        const [windows, naive] = [new SlidingWindows(), new NaiveWindow()]
        let now = 1_000_000
        for (const { after, limit } of steps) {
          now += after
          const { allowed, remaining, resetAfter } = windows.consume("key", { limit, window }, now)
          expect(allowed).toBe(naive.consume(limit, now))
          expect(remaining).toBe(Math.max(0, limit - naive.used(now)))
          expect(now + resetAfter).toBe(naive.nextAt(limit, now))
        }
      }),
    )
  })

  test("never has more than the limit in any window, wherever it begins", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(120), { maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        (gaps, limit) => {
          const windows = new SlidingWindows()
          let now = 0
          const allowed = gaps.flatMap((gap) => {
            now += gap
            return windows.consume("key", { limit, window }, now).allowed ? [now] : []
          })
          for (const end of allowed)
            expect(allowed.filter((time) => time > end - window && time <= end).length).toBeLessThanOrEqual(
              limit,
            )
        },
      ),
    )
  })

  test("refuses five at :59 and five at :01: at most five in any minute", () => {
    const windows = new SlidingWindows()
    const at = (second: number) =>
      Array.from(
        { length: 5 },
        () => windows.consume("key", { limit: 5, window: 60_000 }, second * 1000).allowed,
      )
    expect(at(59)).toEqual(Array(5).fill(true))
    expect(at(61)).toEqual(Array(5).fill(false))
    expect(at(119)).toEqual(Array(5).fill(true))
  })

  test("lets in exactly when it said it would: not a millisecond before", () => {
    const windows = new SlidingWindows()
    const policy = { limit: 2, window }
    for (const time of [0, 300]) windows.consume("key", policy, time)
    const { allowed, resetAfter } = windows.consume("key", policy, 500)
    expect([allowed, resetAfter]).toEqual([false, 500])
    expect(windows.consume("key", policy, 999).allowed).toBe(false)
    expect(windows.consume("key", policy, 1000).allowed).toBe(true)
  })

  test("knows of a lowered limit how many calls must leave first", () => {
    const windows = new SlidingWindows()
    for (const time of [0, 100, 200, 300]) windows.consume("key", { limit: 4, window }, time)
    expect(windows.consume("key", { limit: 2, window }, 400)).toMatchObject({
      allowed: false,
      resetAfter: 800,
    })
    expect(windows.consume("key", { limit: 2, window }, 1199).allowed).toBe(false)
    expect(windows.consume("key", { limit: 2, window }, 1200).allowed).toBe(true)
  })

  test("counts for each subject alone", () => {
    const windows = new SlidingWindows()
    for (const subject of ["a", "b"])
      expect(windows.consume(subject, { limit: 1, window }, 0).allowed).toBe(true)
    for (const subject of ["a", "b"])
      expect(windows.consume(subject, { limit: 1, window }, 1).allowed).toBe(false)
  })

  test("forgets who has not called within their own window, and nobody else", () => {
    const windows = new SlidingWindows()
    windows.consume("of an hour", { limit: 1, window: 3_600_000 }, 0)
    for (let subject = 0; subject < 10_000; subject++) windows.consume(`${subject}`, { limit: 1, window }, 1)
    expect(windows.size).toBe(10_001)
    for (let call = 0; call < 1000; call++) windows.consume("later", { limit: 1, window }, 5000)
    expect(windows.size).toBe(2)
    expect(windows.consume("of an hour", { limit: 1, window: 3_600_000 }, 6000).allowed).toBe(false)
  })

  test("keeps refusing one among a hundred thousand others, and holds no more of them than count", () => {
    const windows = new SlidingWindows()
    const policy = { limit: 1, window }
    windows.consume("attacker", policy, 0)
    for (let subject = 0; subject < 100_000; subject++) windows.consume(`${subject}`, policy, 999)
    expect(windows.consume("attacker", policy, 999).allowed).toBe(false)
    expect(windows.size).toBe(100_001)
    // As many new ones again, at the same rate: those before them go as these come.
    for (let subject = 0; subject < 100_000; subject++) windows.consume(`new ${subject}`, policy, 2000)
    expect(windows.size).toBe(100_000)
  })

  test("remembers no refused call: who keeps knocking is let in as soon as others", () => {
    const windows = new SlidingWindows()
    const policy = { limit: 1, window }
    windows.consume("key", policy, 0)
    for (let time = 1; time < 1000; time++) expect(windows.consume("key", policy, time).allowed).toBe(false)
    expect(windows.consume("key", policy, 1000).allowed).toBe(true)
  })
})

import { describe, expect, test } from "vitest"
import { addDuration, days } from "../duration"
import { sessionEnd } from "./session-end"

const now = new Date("2026-07-01T12:00:00Z")
const idleLimit = days(7)
const nobody = { disabledAt: null }
const browser = {
  clientId: null,
  lastSeenAt: now,
  expiresAt: addDuration(now, days(30)),
  endedAt: null,
  endReason: null,
  user: nobody,
}
const program = { ...browser, clientId: "cli" }

describe("a sign-in", () => {
  test.each([
    ["browser", browser],
    ["program", program],
  ])("of a %s lives to the last millisecond before its absolute end", (_name, session) => {
    const { expiresAt } = session
    const used = (at: Date) => ({ ...session, lastSeenAt: at })
    const [before, after] = [addDuration(expiresAt, -1), addDuration(expiresAt, days(365))]
    expect(sessionEnd(used(before), before)).toBeNull()
    expect(sessionEnd(used(expiresAt), expiresAt)).toEqual({ endedAt: expiresAt, reason: "expired" })
    expect(sessionEnd(used(after), after)).toEqual({ endedAt: expiresAt, reason: "expired" })
  })

  test("that was ended says when and why, whatever its times say", () => {
    const endedAt = addDuration(now, -1)
    const ended = { ...browser, endedAt, endReason: "reuse_detected" as const }
    for (const at of [now, addDuration(now, days(10)), addDuration(now, days(60))]) {
      expect(sessionEnd(ended, at)).toEqual({ endedAt, reason: "reuse_detected" })
    }
  })

  test("of a disabled person ended when they were disabled", () => {
    const disabled = { ...program, user: { disabledAt: now } }
    expect(sessionEnd(disabled, now)).toEqual({ endedAt: now, reason: "admin" })
  })
})

describe("lying idle", () => {
  const idleAt = addDuration(now, idleLimit)

  test("ends a browser's sign-in", () => {
    expect(sessionEnd(browser, addDuration(idleAt, -1))).toBeNull()
    expect(sessionEnd(browser, idleAt)).toEqual({ endedAt: idleAt, reason: "idle" })
  })

  test("does not end a program's", () => {
    expect(sessionEnd(program, addDuration(idleAt, days(1)))).toBeNull()
  })

  test("is not the reason when the absolute end came no later", () => {
    for (const expiresAt of [idleAt, addDuration(idleAt, -1)]) {
      expect(sessionEnd({ ...browser, expiresAt }, idleAt)).toEqual({ endedAt: expiresAt, reason: "expired" })
    }
  })

  test("stays the reason after the absolute end has passed too", () => {
    expect(sessionEnd(browser, addDuration(now, days(31)))).toEqual({ endedAt: idleAt, reason: "idle" })
  })
})

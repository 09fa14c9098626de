import { describe, expect, it } from "vitest"
import { addDuration, days } from "@/lib/duration"
import { sessionExpiry } from "./session-expiry"

const lastSeenAt = new Date("2026-01-01T00:00:00Z")
const after = (count: number) => addDuration(lastSeenAt, days(count))
const program = { id: "cli", name: "Command line" }

describe("sessionExpiry", () => {
  it.each([
    ["a browser that lies unused before its limit", null, after(30), after(7)],
    ["a browser whose limit comes first", null, after(3), after(3)],
    ["a program, which may lie unused", program, after(30), after(30)],
  ])("of %s", (_name, client, expiresAt, expiry) => {
    expect(sessionExpiry({ client, lastSeenAt, expiresAt }, days(7))).toEqual(expiry)
  })
})

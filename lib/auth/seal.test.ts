import { randomBytes } from "node:crypto"
import { describe, expect, test, vi } from "vitest"
import { isSealedUnderPrevious, SealError, seal, sealFor, unseal, unsealFor } from "./seal"

const secret = "a secret of its holder, of 256 bits"
const otherKey = randomBytes(32).toString("base64")

/** The module as a process has it that starts with these variables. */
async function startedWith(variables: Record<string, string>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  vi.resetModules()
  const module = await import("./seal")
  // The environment is read at first use.
  module.seal("", "")
  vi.unstubAllEnvs()
  return module
}

describe("a sealed text", () => {
  test.each(["", "text", "ü 漢字 🔑", "x".repeat(10_000)])("opens where it was sealed: %.20s", (text) => {
    expect(unseal(seal(text, "place"), "place")).toBe(text)
    expect(unsealFor(secret, sealFor(secret, text, "place"), "place")).toBe(text)
  })

  test("opens nowhere else, and for nobody else", () => {
    expect(() => unseal(seal("text", "place:1"), "place:2")).toThrow(SealError)
    expect(() => unsealFor(secret, sealFor(secret, "text", "place:1"), "place:2")).toThrow(SealError)
    expect(() => unsealFor(`${secret}.`, sealFor(secret, "text", "place"), "place")).toThrow(SealError)
  })

  test("is another text each time, and shows nothing of what it holds", () => {
    const sealed = Array.from({ length: 100 }, () => seal("the text", "place"))
    expect(new Set(sealed).size).toBe(100)
    for (const text of sealed) {
      expect(text).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/)
      expect(Buffer.from(text.split(".")[2] ?? "", "base64url").toString("latin1")).not.toContain("the text")
    }
  })

  test("does not open with any bit of it changed", () => {
    const sealed = Buffer.from(sealFor(secret, "text", "place"), "base64url")
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => unsealFor(secret, changed.toString("base64url"), "place")).toThrow(SealError)
    }
  })

  test("does not open when a part of it is missing", () => {
    const sealed = sealFor(secret, "text", "place")
    for (let length = 0; length < sealed.length; length++) {
      expect(() => unsealFor(secret, sealed.slice(0, length), "place")).toThrow(SealError)
    }
  })

  test.each(["", ".", "v1", "v1..", "v2.00000000.AAAA", "v1.00000000.AAAA", "plain text"])(
    "is not %j",
    (text) => {
      expect(() => unseal(text, "place")).toThrow(SealError)
    },
  )
})

describe("a new KEY_ENCRYPTION_KEY", () => {
  test("opens what the one before sealed while that one is named, and says that it is to be sealed again", async () => {
    const sealed = seal("text", "place")
    const previous = String(process.env.KEY_ENCRYPTION_KEY)
    const both = await startedWith({ KEY_ENCRYPTION_KEY: otherKey, KEY_ENCRYPTION_KEY_PREVIOUS: previous })
    expect(both.unseal(sealed, "place")).toBe("text")
    expect([both.isSealedUnderPrevious(sealed), isSealedUnderPrevious(sealed)]).toEqual([true, false])

    const again = both.seal("text", "place")
    expect(both.isSealedUnderPrevious(again)).toBe(false)
    const alone = await startedWith({ KEY_ENCRYPTION_KEY: otherKey })
    expect(alone.unseal(again, "place")).toBe("text")
    expect(() => alone.unseal(sealed, "place")).toThrow("not configured")
  })

  test("is named by what it seals without being told", () => {
    const name = seal("text", "place").split(".")[1] ?? ""
    const key = Buffer.from(String(process.env.KEY_ENCRYPTION_KEY), "base64")
    expect(key.toString("hex")).not.toContain(name)
  })
})

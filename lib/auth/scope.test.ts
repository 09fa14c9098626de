import { describe, expect, test } from "vitest"
import { narrowScope } from "./scope"

const granted = ["ai:invoke", "api_keys:read", "members:read"]

describe("a client", () => {
  test("that asks for nothing gets all it may have", () => {
    expect(narrowScope(undefined, granted)).toEqual(granted)
  })

  test("gets what it asks for, in our order and each once", () => {
    expect(narrowScope("members:read", granted)).toEqual(["members:read"])
    expect(narrowScope("members:read ai:invoke members:read", granted)).toEqual(["ai:invoke", "members:read"])
    expect(narrowScope(granted.join(" "), granted)).toEqual(granted)
  })

  test.each([
    ["more than it may have", "ai:invoke organization:write"],
    ["what there is not", "everything"],
    ["nothing in so many words", ""],
    ["a space", " "],
    ["a scope and a space", "ai:invoke "],
    ["two spaces", "ai:invoke  members:read"],
    ["commas", "ai:invoke,members:read"],
    ["a star", "*"],
    ["a part of a scope", "ai"],
    ["a scope in capitals", "AI:INVOKE"],
    ["a name every object has", "__proto__"],
    ["a line break", "ai:invoke\nmembers:read"],
  ])("that asks for %s gets nothing", (_name, asked) => {
    expect(() => narrowScope(asked, granted)).toThrowError(expect.objectContaining({ code: "invalid_scope" }))
  })

  test("that has nothing can ask for nothing", () => {
    expect(narrowScope(undefined, [])).toEqual([])
    expect(() => narrowScope("ai:invoke", [])).toThrowError(
      expect.objectContaining({ code: "invalid_scope" }),
    )
  })
})

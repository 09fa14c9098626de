import { expect, test, vi } from "vitest"
import { processWide } from "./process-wide"

test("copies of a module share what the first of them made", async () => {
  const made = processWide("shared", () => ({ by: "this copy" }))
  vi.resetModules()
  const copy = await import("./process-wide")
  expect(copy.processWide).not.toBe(processWide)
  expect(copy.processWide("shared", () => ({ by: "another" }))).toBe(made)
})

test("null is made once too, and what could not be made is tried again", () => {
  const none = vi.fn(() => null)
  expect([processWide("none", none), processWide("none", none)]).toEqual([null, null])
  expect(none).toHaveBeenCalledOnce()

  const fails = () => {
    throw new Error("not now")
  }
  expect(() => processWide("later", fails)).toThrow("not now")
  expect(processWide("later", () => 1)).toBe(1)
})

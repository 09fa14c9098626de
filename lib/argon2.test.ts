import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { argon2Hash, argon2Verify } from "./argon2"
import { codeOf } from "./testing/code-of"

test("many hashes at once leave the threads to files and names as well", async () => {
  const stored = await argon2Hash("gentle otters count pebbles")
  let compared = 0
  const attempts = Array.from({ length: 40 }, async () => {
    await argon2Verify(stored, "seven windy harbours sing")
    compared += 1
  })
  await readFile("package.json")
  expect(compared).toBeLessThan(20)
  await Promise.all(attempts)
}, 30_000)

test("what would wait long is refused at once, and what comes later is not", async () => {
  const attempt = () => codeOf(argon2Hash("gentle otters count pebbles"))
  const answers = await Promise.all(Array.from({ length: 150 }, attempt))
  expect(new Set(answers)).toEqual(new Set(["ok", "unavailable"]))
  expect(answers.filter((answer) => answer === "ok").length).toBeGreaterThan(90)
  expect(await attempt()).toBe("ok")
}, 30_000)

import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { isLocked, tryLock, withLock } from "./lock.mjs"

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lock-"))
  file = path.join(folder, "lock")
})

afterEach(() => rmSync(folder, { recursive: true }))

test("is held by one at a time, who can be asked about", () => {
  const first = tryLock(file)
  first.lock?.describe("http://localhost:3000")
  const second = tryLock(file)
  expect(second.lock).toBeNull()
  expect(second.holder).toMatchObject({ pid: process.pid, note: "http://localhost:3000" })
  first.lock?.release()
  expect(isLocked(file)).toBe(false)
  expect(tryLock(file).lock).not.toBeNull()
})

test("is free when its holder is gone", () => {
  const { pid } = spawnSync("true")
  writeFileSync(file, JSON.stringify({ pid, startedAt: "1" }))
  expect(isLocked(file)).toBe(false)
  expect(tryLock(file).lock).not.toBeNull()
})

test("is free when its holder's process id belongs to another process now", () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: "long ago" }))
  expect(tryLock(file).lock).not.toBeNull()
})

test("is free when a crash left an unreadable file", () => {
  writeFileSync(file, "{")
  expect(tryLock(file).lock).not.toBeNull()
})

test("lets work run one after the other, and goes on after a failure", async () => {
  const order: number[] = []
  const work = (number: number) =>
    withLock(file, async () => {
      order.push(number)
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push(number)
      if (number === 1) throw new Error("failed")
    })
  await Promise.allSettled([work(1), work(2), work(3)])
  expect(order.filter((_, index) => index % 2 === 0)).toEqual(order.filter((_, index) => index % 2 === 1))
  expect(order).toHaveLength(6)
})

test("leaves no files behind", () => {
  writeFileSync(file, JSON.stringify({ pid: 999_999_999, startedAt: "1" }))
  tryLock(file)
  expect(JSON.parse(readFileSync(file, "utf8")).pid).toBe(process.pid)
  expect(readdirSync(folder)).toEqual(["lock"])
})

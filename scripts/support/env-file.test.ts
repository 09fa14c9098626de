import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { parseEnv } from "node:util"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { ensureSecrets } from "./env-file"

let folder: string
let file: string

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => {})
  folder = mkdtempSync(path.join(os.tmpdir(), "env-file-"))
  file = path.join(folder, ".env.local")
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

test("writes secrets that only their owner can read", () => {
  ensureSecrets(file)
  const { AUTH_SECRET = "", KEY_ENCRYPTION_KEY = "" } = parseEnv(readFileSync(file, "utf8"))
  expect(Buffer.from(AUTH_SECRET, "base64")).toHaveLength(32)
  expect(Buffer.from(KEY_ENCRYPTION_KEY, "base64")).toHaveLength(32)
  expect(AUTH_SECRET).not.toBe(KEY_ENCRYPTION_KEY)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test("changes nothing when nothing is missing", () => {
  ensureSecrets(file)
  const before = readFileSync(file, "utf8")
  ensureSecrets(file)
  expect(readFileSync(file, "utf8")).toBe(before)
})

test("adds a missing secret and keeps the rest as it stands", () => {
  const mine = "# mine\nAUTH_SECRET=chosen-by-hand\nAUTH_GOOGLE_ID=abc"
  writeFileSync(file, mine)
  ensureSecrets(file)
  const after = readFileSync(file, "utf8")
  expect(after.startsWith(`${mine}\n`)).toBe(true)
  expect(parseEnv(after)).toMatchObject({ AUTH_SECRET: "chosen-by-hand", AUTH_GOOGLE_ID: "abc" })
  expect(parseEnv(after).KEY_ENCRYPTION_KEY).toBeTruthy()
})

test("treats an empty secret as missing", () => {
  writeFileSync(file, "AUTH_SECRET=\nKEY_ENCRYPTION_KEY=\n")
  ensureSecrets(file)
  const { AUTH_SECRET, KEY_ENCRYPTION_KEY } = parseEnv(readFileSync(file, "utf8"))
  expect(AUTH_SECRET).toBeTruthy()
  expect(KEY_ENCRYPTION_KEY).toBeTruthy()
})

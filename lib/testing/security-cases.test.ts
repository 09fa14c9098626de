import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// The tables of docs/security say which test shows what. A test that is renamed, deleted or skipped must not leave
// them lying.

const folder = "docs/security"

function rowsOf(table: string) {
  const lines = readFileSync(path.join(folder, table), "utf8").split("\n")
  return lines.flatMap((line) => {
    const [, row, name, shownBy] = /^\| ([A-Z]\d\d|\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$/.exec(line) ?? []
    return row && name && shownBy ? [{ row, name, shownBy }] : []
  })
}

const cases = [...rowsOf("cases.md"), ...rowsOf("asvs.md")]

test("has a row for every case and requirement, once", () => {
  expect(cases.length).toBeGreaterThan(250)
  expect(new Set(cases.map(({ row }) => row)).size).toBe(cases.length)
})

test("takes only the name of a test for its name", () => {
  const named = ['test("works", () => {', 'describe("405", () => {', '  ["works", ""],', '    "works",']
  const mentioned = [
    "// works",
    'expect(works).toBe("405")',
    'import { works } from "./x"',
    'const x = "works"',
    'test.skip("works", () => {',
  ]
  expect([...named, ...mentioned].filter(namesTest)).toEqual(named)
})

describe.each(cases)("$row $name", ({ shownBy }) => {
  const links = [...shownBy.matchAll(/\[(.+?)\]\(([^)]+)\)/g)]

  test("is shown by tests that exist, or says why it does not apply", () => {
    if (links.length === 0) expect(shownBy).toMatch(/\w.*\.$/)
    for (const [, words = "", link = ""] of links) {
      const file = path.join(folder, link)
      expect(existsSync(file), file).toBe(true)
      const lines = readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.includes(words))
      const showing = /\.(test|spec)\.ts$/.test(file) ? lines.filter(namesTest) : lines
      expect(showing, `"${words}" in ${file}`).not.toEqual([])
    }
  })
})

/** Whether a line declares a test, or is the name of one: in a table, or where a long title has a line to itself. */
function namesTest(line: string): boolean {
  if (/\b(test|it|describe)\.(skip|todo|fixme|only)\b/.test(line)) return false
  return /\b(test|it|describe)\b[.(]/.test(line) || /^\s*\[?["'`].*["'`][,:]/.test(line)
}

import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// docs/security/cases.md says which test shows what. A test that is renamed or deleted must not leave it lying.

const folder = "docs/security"
const cases = readFileSync(path.join(folder, "cases.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, row, name, shownBy] = /^\| ([A-Z]\d\d) \| ([^|]+) \| (.+) \|$/.exec(line) ?? []
    return row && name && shownBy ? [{ row, name, shownBy }] : []
  })

test("has a row for every case, once", () => {
  expect(cases.length).toBeGreaterThan(110)
  expect(new Set(cases.map(({ row }) => row)).size).toBe(cases.length)
})

describe.each(cases)("$row $name", ({ shownBy }) => {
  const links = [...shownBy.matchAll(/\[(.+?)\]\(([^)]+)\)/g)]

  test("is shown by tests that exist, or says why it does not apply", () => {
    if (links.length === 0) expect(shownBy).toMatch(/\w.*\.$/)
    for (const [, words = "", link = ""] of links) {
      const file = path.join(folder, link)
      expect(existsSync(file), file).toBe(true)
      expect(readFileSync(file, "utf8").includes(words), `"${words}" in ${file}`).toBe(true)
    }
  })
})

import { existsSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// The tables of docs/security say which test shows what. A test that is renamed, deleted or skipped must not leave
// them lying.

const folder = "docs/security"

/** A case, a requirement of the standard, or one or more advisories. */
const rowId = /^([A-Z]\d\d|\d+\.\d+\.\d+|(CVE-\d{4}-\d+|GHSA(-\w{4}){3}|better-auth #\d+)(<br>|$))+$/

function rowsOf(table: string) {
  const lines = readFileSync(path.join(folder, table), "utf8").split("\n")
  return lines.flatMap((line) => {
    const [, row = "", name, shownBy] = /^\| ([^|]+) \| ([^|]+) \| (.+) \|$/.exec(line) ?? []
    return rowId.test(row) && name && shownBy ? [{ row, name, shownBy }] : []
  })
}

const cases = [...rowsOf("cases.md"), ...rowsOf("asvs.md")]
const ids = cases.flatMap(({ row }) => row.split("<br>"))

test("has a row for every case and requirement, once", () => {
  expect(cases.length).toBeGreaterThan(250)
  expect(new Set(ids).size).toBe(ids.length)
})

// Those known when this was written. A row may be added for a new one; none goes away.
const advisories: Record<string, string> = {
  "CVE-2020": "15223",
  "CVE-2022": "23539 23540 23541 36083 37144",
  "CVE-2023": "48223",
  "CVE-2025": "29927 55182 55183 55184 61928 67779",
  "CVE-2026":
    "22817 22818 23869 23870 27804 27978 27979 34950 37171 41574 44166 44573 44574 44575 44578 44581 45109 45337 45364 50631 53516 53517 64641 64642 64643 64644 64645 64648 64649 72826 72833 80203 82470 94482 94483 94484 94543 103004 120263 123797 123800",
  GHSA: "4vcf-q4xf-f48m 5hvv-9cqv-894r 7j7j-66cv-m239 7rqj-j65f-68wh 8fpg-xm3f-6cx3 9wqv-qhrh-87f4 x445-f3h2-j279 x732-6j76-qmhm xg6x-h9c9-2m83 xmf8-cvqr-rfgj",
  "better-auth": "#10566",
}

test.each(Object.entries(advisories))("has a row for every advisory of %s", (series, numbers) => {
  const separator = series === "better-auth" ? " " : "-"
  expect(ids).toEqual(expect.arrayContaining(numbers.split(" ").map((number) => series + separator + number)))
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

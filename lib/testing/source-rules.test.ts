import { readdirSync, readFileSync, statSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// What no test of behaviour would notice: an old version of something with a known hole, or a way of writing that is
// safe only as long as nobody makes a mistake.

type Lock = { packages: Record<string, { version?: string }> }
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock

/** The installed versions of a package, one for each copy. */
function versionsOf(name: string): string[] {
  const copies = Object.entries(packages).filter(([place]) => place.endsWith(`node_modules/${name}`))
  return copies.map(([, { version = "" }]) => version)
}

/** The numbers of a version; a release comes after every beta of it. */
function isAtLeast(version: string, least: string): boolean {
  const [numbers, leastNumbers] = [version, least].map((text) => text.match(/\d+/g)?.map(Number) ?? [])
  for (let index = 0; index < 4; index++) {
    const difference = (numbers?.[index] ?? 1e9) - (leastNumbers?.[index] ?? 1e9)
    if (difference !== 0) return difference > 0
  }
  return true
}

test("compares versions", () => {
  for (const later of ["16.4.6", "16.4.10", "16.5.0", "17.0.0"]) expect(isAtLeast(later, "16.4.6")).toBe(true)
  for (const earlier of ["16.4.5", "16.3.9", "9.9.9", "16.4.6-canary.3"])
    expect(isAtLeast(earlier, "16.4.6")).toBe(false)
  expect(isAtLeast("5.0.0", "5.0.0-beta.32")).toBe(true)
  expect(isAtLeast("5.0.0-beta.31", "5.0.0-beta.32")).toBe(false)
})

describe("what older versions are known for is mended", () => {
  test.each([
    ["next", "16.4.6"],
    ["react", "19.3.1"],
    ["react-dom", "19.3.1"],
    ["next-auth", "5.0.0-beta.32"],
    ["@auth/core", "0.41.3"],
    ["jose", "6.2.18"],
  ])("%s is there once, and %s or newer", (name, least) => {
    const versions = versionsOf(name)
    expect(versions).toHaveLength(1)
    expect(versions.filter((version) => !isAtLeast(version, least))).toEqual([])
  })
})

function sourcesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    if (statSync(file).isDirectory()) return name === "testing" ? [] : sourcesIn(file)
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [file] : []
  })
}

const sources = ["app", "components", "lib"]
  .flatMap(sourcesIn)
  .concat("proxy.ts", "server.ts", "instrumentation.ts")

describe("nowhere in the sources", () => {
  test.each([
    ["is text put together to SQL", /\$(query|execute)RawUnsafe|Prisma\.raw\b/],
    [
      "is a request handed to Prisma as it came",
      /\b(where|data|orderBy|include|select): (body|query|params|input|form)\b(?!\.)/,
    ],
    [
      "is an answer kept for the next person",
      /["'`]use cache|unstable_cache|force-static|force-cache|export const revalidate\b/,
    ],
    [
      "is text put into a page as markup",
      /dangerouslySetInnerHTML|\.innerHTML\b|insertAdjacentHTML|document\.write\b/,
    ],
    ["is text run as code", /(?<!\.)\beval\(|\bnew Function\(/],
    ["are two accounts joined because of an address", /allowDangerousEmailAccountLinking/],
  ])("%s", (_what, pattern) => {
    expect(sources.length).toBeGreaterThan(300)
    expect(sources.filter((file) => pattern.test(readFileSync(file, "utf8")))).toEqual([])
  })
})

test("the product's name is written in one place, so that a fork changes it there", () => {
  const others = sources.filter((file) => file !== "lib/product.ts")
  expect(others.filter((file) => readFileSync(file, "utf8").includes("Latchkey"))).toEqual([])
})

test("what reads the database can be imported on the server alone", () => {
  expect(readFileSync("lib/db.ts", "utf8")).toContain('import "server-only"')
})
